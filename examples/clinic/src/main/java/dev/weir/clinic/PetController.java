package dev.weir.clinic;

import java.time.LocalDate;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// The visits of pets over HTTP.
@RestController
@RequestMapping("/pets/{pet}/visits")
class PetController {
    private final VisitRepository visits;

    PetController(VisitRepository visits) {
        this.visits = visits;
    }

    /// A visit that is to be noted.
    record NewVisit(LocalDate seenOn, String reason) {}

    @GetMapping
    List<Visit> visits(@PathVariable int pet) {
        return visits.ofPet(pet);
    }

    /// Fails where there is no such pet, as the database says.
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    void add(@PathVariable int pet, @RequestBody NewVisit visit) {
        visits.add(pet, visit.seenOn(), visit.reason());
    }
}
