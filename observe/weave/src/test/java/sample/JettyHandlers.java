package sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Callable;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/// A handler of Jetty, without servlets, that knows its own patterns.
public final class JettyHandlers implements Callable<String> {
    private static final class Things extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (Request.getPathInContext(request).startsWith("/things/")) {
                request.setAttribute("http.route", "/things/{id}");
            }
            response.setStatus(200);
            callback.succeeded();
            return true;
        }
    }

    @Override
    public String call() throws Exception {
        var server = new Server();
        var connector = new ServerConnector(server);
        connector.setHost("localhost");
        server.addConnector(connector);
        server.setHandler(new Things());
        server.start();
        try (var client = HttpClient.newHttpClient()) {
            var base = URI.create("http://localhost:" + connector.getLocalPort());
            var answers = new StringBuilder();
            for (var path : new String[] {"/things/7", "/other"}) {
                var request = HttpRequest.newBuilder(base.resolve(path)).build();
                answers.append(client.send(request, BodyHandlers.discarding()).statusCode());
            }
            return answers.toString();
        } finally {
            server.stop();
        }
    }
}
