package dev.weir.wasm;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// What the engine tells the JDK's Flight Recorder; nothing is made where no recording asks for it.
/// Names and fields are what recordings are read by: they stay as they are.
final class Events {
    private Events() {}

    @Name("dev.weir.wasm.Compile")
    @Label("Compile")
    @Category({"Weir", "WebAssembly"})
    @Description("Functions of a module were compiled to a class")
    @StackTrace(false)
    static final class Compile extends Event {
        @Label("Module")
        @Description("Its name; empty where it has none")
        String module = "";

        @Label("First Function")
        int first;

        @Label("Functions")
        int functions;

        @Label("For a Loop")
        @Description("Whether it is one function, to be entered from its loops")
        boolean loop;

        @Label("Kept")
        @Description("Whether the code is from an earlier run or a build")
        boolean kept;

        @Label("Class Size")
        @DataAmount
        int bytes;
    }

    @Name("dev.weir.wasm.TierUp")
    @Label("Tier Up")
    @Category({"Weir", "WebAssembly"})
    @Description("A function runs compiled from now on; for a loop: this call of it does")
    @StackTrace(false)
    static final class TierUp extends Event {
        @Label("Function")
        String function = "";

        @Label("From a Loop")
        boolean loop;
    }

    @Name("dev.weir.wasm.Trap")
    @Label("Trap")
    @Category({"Weir", "WebAssembly"})
    @Description("A guest was stopped")
    @StackTrace(false)
    static final class Trap extends Event {
        @Label("Code")
        @Description("A constant of TrapException.Code")
        String code = "";

        @Label("Guest Trace")
        @Description("The functions that were running, innermost first, a line each")
        String trace = "";
    }

    @Name("dev.weir.wasm.Grow")
    @Label("Grow")
    @Category({"Weir", "WebAssembly"})
    @Description("A memory grew, or was not allowed to")
    @StackTrace(false)
    static final class Grow extends Event {
        @Label("Pages Before")
        long before;

        @Label("More Pages")
        @Description("How many were asked for, unsigned")
        long more;

        @Label("Refused")
        boolean refused;
    }
}
