package dev.weir.apiserver;

import dev.weir.resource.Status;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/// What the web server refuses before it is a request: told as a `Status`, like everything else.
final class Failures implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int code = response.getStatus();
        var message = request.getAttribute(ErrorHandler.ERROR_MESSAGE);
        var status =
                new Status(
                        code,
                        Status.Reason.of(code),
                        Objects.toString(message, "the request cannot be understood"),
                        "",
                        "",
                        "",
                        List.of(),
                        0);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Media.JSON);
        response.write(true, ByteBuffer.wrap(status.json().bytes()), callback);
        return true;
    }
}
