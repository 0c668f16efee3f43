package dev.weir.clinic;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Vets.
@Repository
class VetRepository {
    private final JdbcClient jdbc;

    VetRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<Vet> all() {
        return jdbc.sql("SELECT id, name, specialty FROM vet ORDER BY name")
                .query(Vet.class)
                .list();
    }
}
