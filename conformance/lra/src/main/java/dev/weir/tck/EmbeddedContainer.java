package dev.weir.tck;

import java.io.IOException;
import java.net.ServerSocket;
import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.container.spi.client.container.DeploymentException;
import org.jboss.arquillian.container.spi.client.protocol.ProtocolDescription;
import org.jboss.arquillian.container.spi.client.protocol.metadata.HTTPContext;
import org.jboss.arquillian.container.spi.client.protocol.metadata.ProtocolMetaData;
import org.jboss.arquillian.container.spi.client.protocol.metadata.Servlet;
import org.jboss.shrinkwrap.api.Archive;
import org.jboss.shrinkwrap.descriptor.api.Descriptor;

/// Arquillian's container: one archive at a time, in this process, always at the same port, so that
/// a participant that is deployed again is the same one to a coordinator.
public final class EmbeddedContainer implements DeployableContainer<EmbeddedConfiguration> {
    private static Deployed current;
    private int port;

    /// The archive that runs.
    static Deployed current() {
        return current;
    }

    @Override
    public Class<EmbeddedConfiguration> getConfigurationClass() {
        return EmbeddedConfiguration.class;
    }

    @Override
    public void setup(EmbeddedConfiguration configuration) {
        try (var socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void start() {}

    @Override
    public void stop() {}

    @Override
    public ProtocolDescription getDefaultProtocol() {
        return new ProtocolDescription("Local");
    }

    @Override
    public ProtocolMetaData deploy(Archive<?> archive) throws DeploymentException {
        try {
            current = Deployed.start(archive, port);
        } catch (Exception e) {
            throw new DeploymentException("cannot deploy " + archive.getName(), e);
        }
        var context = new HTTPContext("127.0.0.1", port);
        context.add(new Servlet("ArquillianServletRunner", "/"));
        return new ProtocolMetaData().addContext(context);
    }

    @Override
    public void undeploy(Archive<?> archive) throws DeploymentException {
        try {
            if (current != null) {
                current.close();
            }
        } catch (Exception e) {
            throw new DeploymentException("cannot undeploy " + archive.getName(), e);
        } finally {
            current = null;
        }
    }

    @Override
    public void deploy(Descriptor descriptor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void undeploy(Descriptor descriptor) {
        throw new UnsupportedOperationException();
    }
}
