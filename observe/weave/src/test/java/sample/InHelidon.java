package sample;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import java.util.concurrent.Callable;

/// Routes in Helidon, begun in both ways that there are.
public final class InHelidon implements Callable<String> {
    @Override
    public String call() throws Exception {
        return ask(WebServer.builder().host("localhost").port(0).routing(InHelidon::routes).build())
                + ","
                + ask(
                        WebServer.builder()
                                .host("localhost")
                                .port(0)
                                .routing(
                                        HttpRouting.builder()
                                                .get("/own/{id}", (q, a) -> a.send("own")))
                                .build());
    }

    private static void routes(HttpRouting.Builder routes) {
        routes.get("/shop/{id}", (request, response) -> response.send("shop"))
                .get(
                        "/broken",
                        (request, response) -> {
                            throw new IllegalStateException("no shelf");
                        });
    }

    private static String ask(WebServer server) throws Exception {
        server.start();
        try {
            return String.join(
                    ",",
                    found(Http.get(server.port(), "/shop/7?x=1")),
                    found(Http.get(server.port(), "/own/7")),
                    found(Http.get(server.port(), "/broken")));
        } finally {
            server.stop();
        }
    }

    /// Without the text of an error.
    private static String found(String answer) {
        return answer.startsWith("200") ? answer : answer.substring(0, 3);
    }
}
