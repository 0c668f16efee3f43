package dev.weir.clinic;

import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// Vets over HTTP.
@RestController
class VetController {
    private final VetRepository vets;

    VetController(VetRepository vets) {
        this.vets = vets;
    }

    @GetMapping("/vets")
    List<Vet> all() {
        return vets.all();
    }
}
