package dev.weir.apiserver;

import dev.weir.resource.Status;
import dev.weir.resource.StatusException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import org.jspecify.annotations.Nullable;

/// Finds out who calls: by client certificate, else by bearer token.
final class Authentication {
    private final Credentials credentials;
    private final Clock clock;

    Authentication(Credentials credentials, Clock clock) {
        this.credentials = credentials;
        this.clock = clock;
    }

    /// The caller.
    ///
    /// @param authorization the `Authorization` header, or null
    /// @throws StatusException `Unauthorized` when credentials are there and wrong
    Caller caller(X509Certificate @Nullable [] chain, @Nullable String authorization) {
        if (authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return byToken(authorization.substring(7).strip());
        }
        if (chain != null && chain.length > 0) {
            return byCertificate(chain[0]);
        }
        return Caller.ANONYMOUS;
    }

    private Caller byToken(String token) {
        var given = token.getBytes(StandardCharsets.UTF_8);
        Caller found = null;
        for (var entry : credentials.tokens().entrySet()) {
            if (MessageDigest.isEqual(given, entry.getKey().getBytes(StandardCharsets.UTF_8))) {
                found = entry.getValue();
            }
        }
        if (found == null) {
            throw unauthorized("Unauthorized");
        }
        return found;
    }

    private Caller byCertificate(X509Certificate certificate) {
        try {
            certificate.verify(credentials.authority().certificate().getPublicKey());
        } catch (GeneralSecurityException _) {
            throw unauthorized(
                    "Unauthorized: the client certificate was not issued by this server's"
                            + " authority");
        }
        try {
            certificate.checkValidity(Date.from(clock.instant()));
            var uses = certificate.getExtendedKeyUsage();
            if (uses == null || !uses.contains("1.3.6.1.5.5.7.3.2")) {
                throw unauthorized("Unauthorized: the certificate is not for clients");
            }
        } catch (GeneralSecurityException _) {
            throw unauthorized(
                    "Unauthorized: the client certificate is valid from "
                            + certificate.getNotBefore().toInstant()
                            + " to "
                            + certificate.getNotAfter().toInstant());
        }
        return named(certificate);
    }

    private static Caller named(X509Certificate certificate) {
        var user = "";
        List<String> groups = new ArrayList<>();
        try {
            for (var rdn :
                    new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                if (rdn.getType().equalsIgnoreCase("CN")) {
                    user = String.valueOf(rdn.getValue());
                } else if (rdn.getType().equalsIgnoreCase("O")) {
                    groups.add(String.valueOf(rdn.getValue()));
                }
            }
        } catch (InvalidNameException _) {
            throw unauthorized("Unauthorized: the client certificate names nobody");
        }
        return Caller.of(user, groups);
    }

    static StatusException unauthorized(String message) {
        return StatusException.of(Status.Reason.Unauthorized, message);
    }
}
