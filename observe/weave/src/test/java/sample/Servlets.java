package sample;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Logger;

/// A servlet that answers at once, later, or not as it should.
public final class Servlets extends HttpServlet {
    private static final long serialVersionUID = 1;
    private static final Logger LOGGER = Logger.getLogger("sample.Servlets");

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        switch (request.getPathInfo()) {
            case "/now" -> response.getWriter().print("now");
            case "/later" -> later(request);
            case "/broken" -> throw new IllegalStateException("no shelf");
            case "/late-error" -> {
                var async = request.startAsync();
                CompletableFuture.runAsync(() -> {
                    response.setStatus(503);
                    async.complete();
                });
            }
            default -> response.sendError(404);
        }
    }

    private static void later(HttpServletRequest request) {
        var async = request.startAsync();
        CompletableFuture.runAsync(() -> {
            try {
                LOGGER.info("later");
                async.getResponse().getWriter().print("later");
                async.complete();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    static String askAll(int port) throws Exception {
        return String.join(
                ",",
                Http.get(port, "/shop/now"),
                Http.get(port, "/shop/later"),
                Http.get(port, "/shop/broken").substring(0, 3),
                Http.get(port, "/shop/late-error").substring(0, 3),
                Http.get(port, "/nowhere").substring(0, 3));
    }
}
