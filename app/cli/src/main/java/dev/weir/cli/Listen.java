package dev.weir.cli;

import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads an address to listen on: `HOST:PORT`, `[IPV6]:PORT` or a bare port of this machine.
final class Listen implements ITypeConverter<InetSocketAddress> {
    private static final int MAX_PORT = 65_535;

    @Override
    public InetSocketAddress convert(String text) {
        int colon = text.lastIndexOf(':');
        var host = colon < 0 ? "127.0.0.1" : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        var port = text.substring(colon + 1);
        if (host.isEmpty() || !port.matches("\\d{1,5}") || Integer.parseInt(port) > MAX_PORT) {
            throw new TypeConversionException(
                    "expected HOST:PORT with a port of 0 to 65535, found \"" + text + "\"");
        }
        return new InetSocketAddress(host, Integer.parseInt(port));
    }
}
