package sample;

import java.util.concurrent.Callable;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/// The servlets in Jetty.
public final class InJetty implements Callable<String> {
    @Override
    public String call() throws Exception {
        var server = new Server();
        var connector = new ServerConnector(server);
        connector.setHost("localhost");
        server.addConnector(connector);
        var context = new ServletContextHandler("/");
        var holder = new ServletHolder(new Servlets());
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/shop/*");
        server.setHandler(context);
        server.start();
        try {
            return Servlets.askAll(connector.getLocalPort());
        } finally {
            server.stop();
        }
    }
}
