package dev.weir.wasm.wasi;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.util.Map;

/// What a call answers, in the order of preview 1's `errno`: the ordinal is the number.
enum Errno {
    SUCCESS,
    TOOBIG,
    ACCES,
    ADDRINUSE,
    ADDRNOTAVAIL,
    AFNOSUPPORT,
    AGAIN,
    ALREADY,
    BADF,
    BADMSG,
    BUSY,
    CANCELED,
    CHILD,
    CONNABORTED,
    CONNREFUSED,
    CONNRESET,
    DEADLK,
    DESTADDRREQ,
    DOM,
    DQUOT,
    EXIST,
    FAULT,
    FBIG,
    HOSTUNREACH,
    IDRM,
    ILSEQ,
    INPROGRESS,
    INTR,
    INVAL,
    IO,
    ISCONN,
    ISDIR,
    LOOP,
    MFILE,
    MLINK,
    MSGSIZE,
    MULTIHOP,
    NAMETOOLONG,
    NETDOWN,
    NETRESET,
    NETUNREACH,
    NFILE,
    NOBUFS,
    NODEV,
    NOENT,
    NOEXEC,
    NOLCK,
    NOLINK,
    NOMEM,
    NOMSG,
    NOPROTOOPT,
    NOSPC,
    NOSYS,
    NOTCONN,
    NOTDIR,
    NOTEMPTY,
    NOTRECOVERABLE,
    NOTSOCK,
    NOTSUP,
    NOTTY,
    NXIO,
    OVERFLOW,
    OWNERDEAD,
    PERM,
    PIPE,
    PROTO,
    PROTONOSUPPORT,
    PROTOTYPE,
    RANGE,
    ROFS,
    SPIPE,
    SRCH,
    STALE,
    TIMEDOUT,
    TXTBSY,
    XDEV,
    NOTCAPABLE;

    /// By the numbers of Linux (`asm-generic/errno.h`).
    private static final Map<Integer, Errno> LINUX =
            Map.ofEntries(
                    Map.entry(1, PERM),
                    Map.entry(2, NOENT),
                    Map.entry(4, INTR),
                    Map.entry(6, NXIO),
                    Map.entry(12, NOMEM),
                    Map.entry(13, ACCES),
                    Map.entry(16, BUSY),
                    Map.entry(17, EXIST),
                    Map.entry(19, NODEV),
                    Map.entry(20, NOTDIR),
                    Map.entry(21, ISDIR),
                    Map.entry(22, INVAL),
                    Map.entry(23, NFILE),
                    Map.entry(24, NFILE),
                    Map.entry(26, TXTBSY),
                    Map.entry(27, FBIG),
                    Map.entry(28, NOSPC),
                    Map.entry(30, ROFS),
                    Map.entry(36, NAMETOOLONG),
                    Map.entry(40, LOOP),
                    Map.entry(75, OVERFLOW),
                    Map.entry(95, NOTSUP),
                    Map.entry(122, DQUOT));

    /// By what the C library says of them, which is all that the JDK passes on.
    private static final Map<String, Errno> TEXTS =
            Map.ofEntries(
                    Map.entry("Operation not permitted", PERM),
                    Map.entry("Not a directory", NOTDIR),
                    Map.entry("Is a directory", ISDIR),
                    Map.entry("Directory not empty", NOTEMPTY),
                    Map.entry("Invalid argument", INVAL),
                    Map.entry("File name too long", NAMETOOLONG),
                    Map.entry("No space left on device", NOSPC),
                    Map.entry("Disk quota exceeded", DQUOT),
                    Map.entry("File too large", FBIG),
                    Map.entry("Too many levels of symbolic links", LOOP),
                    Map.entry("Too many links", MLINK),
                    Map.entry("Too many open files", NFILE),
                    Map.entry("Device or resource busy", BUSY),
                    Map.entry("Text file busy", TXTBSY),
                    Map.entry("Read-only file system", ROFS),
                    Map.entry("Broken pipe", PIPE),
                    Map.entry("Connection reset", CONNRESET),
                    Map.entry("Cannot allocate memory", NOMEM));

    static Errno linux(int number) {
        return LINUX.getOrDefault(number, IO);
    }

    static Errno of(IOException e) {
        return switch (e) {
            case Refusal refusal -> refusal.errno();
            case NoSuchFileException missing -> NOENT;
            case FileAlreadyExistsException exists -> EXIST;
            case AccessDeniedException denied -> ACCES;
            case DirectoryNotEmptyException full -> NOTEMPTY;
            case NotDirectoryException file -> NOTDIR;
            case FileSystemLoopException loop -> LOOP;
            case NotLinkException file -> INVAL;
            case AtomicMoveNotSupportedException other -> XDEV;
            case ClosedChannelException closed -> BADF;
            default -> text(String.valueOf(e.getMessage()));
        };
    }

    private static Errno text(String message) {
        for (var entry : TEXTS.entrySet()) {
            if (message.contains(entry.getKey())) {
                return entry.getValue();
            }
        }
        return IO;
    }
}
