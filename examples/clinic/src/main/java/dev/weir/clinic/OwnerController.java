package dev.weir.clinic;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/// Owners over HTTP.
@RestController
@RequestMapping("/owners")
class OwnerController {
    private static final Logger LOGGER = LoggerFactory.getLogger(OwnerController.class);

    private final OwnerRepository owners;
    private final VisitRepository visits;

    OwnerController(OwnerRepository owners, VisitRepository visits) {
        this.owners = owners;
        this.visits = visits;
    }

    /// All that the clinic knows of an owner.
    record Summary(Owner owner, List<Pet> pets, List<Visit> visits) {}

    @GetMapping
    List<Owner> all() {
        return owners.all();
    }

    @GetMapping("/{id}")
    Owner one(@PathVariable int id) {
        return owners.find(id)
                .orElseThrow(
                        () -> new ResponseStatusException(HttpStatus.NOT_FOUND, "no owner " + id));
    }

    /// Asks for pets and visits at the same time.
    @GetMapping("/{id}/summary")
    Summary summary(@PathVariable int id) throws InterruptedException, ExecutionException {
        var owner = one(id);
        LOGGER.info("summary of {}", owner.name());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var pets = threads.submit(() -> owners.pets(id));
            var seen = threads.submit(() -> visits.ofOwner(id));
            return new Summary(owner, pets.get(), seen.get());
        }
    }
}
