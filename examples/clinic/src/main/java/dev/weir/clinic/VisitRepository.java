package dev.weir.clinic;

import java.time.LocalDate;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/// Visits.
@Repository
class VisitRepository {
    private final JdbcClient jdbc;

    VisitRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<Visit> ofPet(int petId) {
        return jdbc.sql(
                        "SELECT id, pet_id, seen_on, reason FROM visit WHERE pet_id = ? ORDER BY seen_on")
                .param(petId)
                .query(Visit.class)
                .list();
    }

    List<Visit> ofOwner(int ownerId) {
        return jdbc.sql(
                        "SELECT v.id, v.pet_id, v.seen_on, v.reason FROM visit v"
                                + " JOIN pet p ON p.id = v.pet_id WHERE p.owner_id = ?")
                .param(ownerId)
                .query(Visit.class)
                .list();
    }

    @Transactional
    void add(int petId, LocalDate seenOn, String reason) {
        jdbc.sql("INSERT INTO visit (pet_id, seen_on, reason) VALUES (?, ?, ?)")
                .params(petId, seenOn, reason)
                .update();
    }
}
