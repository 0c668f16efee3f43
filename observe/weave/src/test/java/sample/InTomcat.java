package sample;

import java.nio.file.Files;
import java.util.concurrent.Callable;
import org.apache.catalina.startup.Tomcat;

/// The servlets in Tomcat.
public final class InTomcat implements Callable<String> {
    @Override
    public String call() throws Exception {
        var tomcat = new Tomcat();
        tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
        tomcat.setPort(0);
        tomcat.setHostname("localhost");
        var context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "servlets", new Servlets()).setAsyncSupported(true);
        context.addServletMappingDecoded("/shop/*", "servlets");
        tomcat.getConnector();
        tomcat.start();
        try {
            return Servlets.askAll(tomcat.getConnector().getLocalPort());
        } finally {
            tomcat.stop();
            tomcat.destroy();
        }
    }
}
