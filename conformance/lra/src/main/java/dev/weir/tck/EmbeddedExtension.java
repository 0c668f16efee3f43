package dev.weir.tck;

import java.lang.reflect.Method;
import org.jboss.arquillian.container.spi.client.container.DeployableContainer;
import org.jboss.arquillian.core.spi.LoadableExtension;
import org.jboss.arquillian.test.spi.TestEnricher;

/// Tells Arquillian of the container, and how tests are injected from it.
public final class EmbeddedExtension implements LoadableExtension {
    @Override
    public void register(ExtensionBuilder builder) {
        builder.service(DeployableContainer.class, EmbeddedContainer.class)
                .service(TestEnricher.class, Injection.class);
    }

    /// Sets the fields of tests with `@Inject`.
    public static final class Injection implements TestEnricher {
        @Override
        public void enrich(Object test) {
            var deployed = EmbeddedContainer.current();
            if (deployed != null) {
                try {
                    deployed.inject(test);
                } catch (IllegalAccessException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        @Override
        public Object[] resolve(Method method) {
            return new Object[method.getParameterCount()];
        }
    }
}
