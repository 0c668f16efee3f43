package dev.weir.cli;

import dev.weir.kubernetes.KubeconfigException;
import dev.weir.resource.StatusException;
import dev.weir.server.ServerException;
import picocli.CommandLine;

/// Turns what went wrong into one line and an exit code.
final class Problems {
    static final int FAILED = 1;
    static final int MISUSED = 2;

    private Problems() {}

    static int report(Shell shell, Exception e) {
        shell.out().flush();
        if (e instanceof CommandLine.ParameterException misuse) {
            print(shell, text(misuse));
            return MISUSED;
        }
        if (e instanceof Silent) {
            return FAILED;
        }
        print(shell, text(e));
        if (!shell.variable("WEIR_DEBUG").isEmpty()) {
            e.printStackTrace(shell.err());
        }
        return FAILED;
    }

    static void print(Shell shell, String message) {
        var line = Shell.visible(message.strip().replaceAll("\\s*\\R\\s*", "; "));
        shell.err().println(shell.red("weir:") + " " + line);
        shell.err().flush();
    }

    private static String text(CommandLine.ParameterException e) {
        var command = e.getCommandLine().getCommandSpec().qualifiedName();
        var message = String.valueOf(e.getMessage()).strip();
        if (e instanceof CommandLine.UnmatchedArgumentException unmatched) {
            var near = unmatched.getSuggestions();
            if (!near.isEmpty()) {
                message += "; did you mean " + String.join(" or ", near) + "?";
            }
        }
        return message + (message.endsWith("?") ? " See " : "; see ") + command + " --help";
    }

    static String text(Throwable e) {
        return switch (e) {
            case Problem p -> String.valueOf(p.getMessage());
            case StatusException s -> text(s);
            case KubeconfigException k -> k.getMessage() + advice(k.code());
            case ServerException s -> s.getMessage() + advice(s.code());
            default -> "internal error: " + e + "; WEIR_DEBUG=1 shows where";
        };
    }

    private static String text(StatusException e) {
        var message = String.valueOf(e.getMessage());
        return switch (e.reason()) {
            case ServiceUnavailable ->
                    message + "; is the server running? Start one with: weir server";
            case Unauthorized ->
                    message + "; the server does not know these credentials, see --kubeconfig";
            case Forbidden, NotFound, AlreadyExists, Invalid, BadRequest, Conflict -> message;
            default -> message + " (" + e.reason() + ")";
        };
    }

    private static String advice(KubeconfigException.Code code) {
        return switch (code) {
            case UNREADABLE -> "; name another with --kubeconfig";
            case MALFORMED -> "; correct the file, or name another with --kubeconfig";
            case MISSING -> "; name another with --context";
            case UNSUPPORTED -> "";
        };
    }

    private static String advice(ServerException.Code code) {
        return switch (code) {
            case LOCKED -> "; stop that server, or name another directory with --data";
            case DIRECTORY -> "; make it writable, or name another with --data";
            case CORRUPT -> "; restore a copy of the directory, or start anew with another --data";
            case ADDRESS -> "; name another with --listen HOST:PORT (port 0: any free one)";
            case EXTENSION -> "; WEIR_DEBUG=1 shows where";
        };
    }
}
