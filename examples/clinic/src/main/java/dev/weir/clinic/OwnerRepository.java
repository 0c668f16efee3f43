package dev.weir.clinic;

import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Owners and their pets.
@Repository
class OwnerRepository {
    private final JdbcClient jdbc;

    OwnerRepository(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    List<Owner> all() {
        return jdbc.sql("SELECT id, name, city FROM owner ORDER BY name").query(Owner.class).list();
    }

    Optional<Owner> find(int id) {
        return jdbc.sql("SELECT id, name, city FROM owner WHERE id = ?")
                .param(id)
                .query(Owner.class)
                .optional();
    }

    List<Pet> pets(int ownerId) {
        return jdbc.sql("SELECT id, owner_id, name, kind FROM pet WHERE owner_id = ? ORDER BY id")
                .param(ownerId)
                .query(Pet.class)
                .list();
    }
}
