package dev.weir.clinic;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;

/// The program.
@SpringBootApplication
public class Clinic {
    /// Starts it.
    public static void main(String[] arguments) {
        SpringApplication.run(Clinic.class, arguments);
    }

    @EventListener
    void listening(WebServerInitializedEvent event) {
        System.out.println("clinic: http://127.0.0.1:" + event.getWebServer().getPort());
    }
}
