package dev.weir.wasm.wasi;

import dev.weir.wasm.wasi.Call.Arguments;
import java.io.IOException;

/// Functions on sockets that were open from the start, and on what they accept.
final class SockCalls {
    private final Wasi wasi;
    private final Guest guest;
    private final Descriptors descriptors;

    SockCalls(Wasi wasi) {
        this.wasi = wasi;
        this.guest = wasi.guest;
        this.descriptors = wasi.descriptors;
    }

    void link(Calls calls) {
        calls.add("sock_accept", "iii", this::accept);
        calls.add("sock_recv", "iiiiii", this::receive);
        calls.add("sock_send", "iiiii", this::send);
        calls.add("sock_shutdown", "ii", this::shutdown);
    }

    private void accept(Arguments in) throws IOException, InterruptedException {
        var result = guest.bytes(in.i32(2), 4);
        var descriptor = descriptors.get(in.i32(0));
        if (!(descriptor instanceof ListenerDescriptor listener)) {
            throw new Refusal(Errno.NOTSOCK);
        }
        listener.require(Rights.SOCK_ACCEPT);
        if ((in.i32(1) & ~Descriptor.NON_BLOCKING) != 0) {
            throw new Refusal(Errno.INVAL);
        }
        result.putInt(descriptors.add(listener.accept(wasi.store(), in.i32(1))));
    }

    private SocketDescriptor socket(Arguments in, long rights) throws Refusal {
        var socket = descriptors.get(in.i32(0)).socket();
        socket.require(rights);
        return socket;
    }

    private void receive(Arguments in) throws IOException, InterruptedException {
        var size = guest.bytes(in.i32(4), 4);
        var flags = guest.bytes(in.i32(5), 2);
        var socket = socket(in, Rights.FD_READ);
        int how = in.i32(3);
        if ((how & ~(SocketDescriptor.PEEK | SocketDescriptor.WAIT_ALL)) != 0) {
            throw new Refusal(Errno.INVAL);
        }
        size.putInt((int) socket.receive(guest.buffers(in.i32(1), in.i32(2)), how));
        flags.putShort((short) 0);
    }

    private void send(Arguments in) throws IOException, InterruptedException {
        var size = guest.bytes(in.i32(4), 4);
        var socket = socket(in, Rights.FD_WRITE);
        if (in.i32(3) != 0) {
            throw new Refusal(Errno.INVAL);
        }
        size.putInt((int) socket.write(guest.buffers(in.i32(1), in.i32(2))));
    }

    private void shutdown(Arguments in) throws IOException {
        int how = in.i32(1);
        var socket = socket(in, Rights.SOCK_SHUTDOWN);
        if (how < 1 || how > 3) {
            throw new Refusal(Errno.INVAL);
        }
        socket.shutdown((how & 1) != 0, (how & 2) != 0);
    }
}
