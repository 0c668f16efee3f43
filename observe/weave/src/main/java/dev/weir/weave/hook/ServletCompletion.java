package dev.weir.weave.hook;

import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Ends a call when what a servlet started asynchronously is complete.
final class ServletCompletion implements AsyncListener {
    private final HttpServerCall call;
    private final HttpServletResponse response;
    private volatile @Nullable Throwable problem;

    ServletCompletion(HttpServerCall call, HttpServletResponse response) {
        this.call = call;
        this.response = response;
    }

    @Override
    public void onComplete(AsyncEvent event) {
        call.end(response.getStatus(), problem);
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        problem = new TimeoutException("the asynchronous request timed out");
    }

    @Override
    public void onError(AsyncEvent event) {
        var thrown = event.getThrowable();
        problem = thrown == null ? null : ServletIncoming.cause(thrown);
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }
}
