package dev.weir.tck;

import org.jboss.arquillian.container.spi.client.container.ContainerConfiguration;

/// There is nothing to configure.
public final class EmbeddedConfiguration implements ContainerConfiguration {
    @Override
    public void validate() {}
}
