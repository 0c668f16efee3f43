/// The vocabulary of Weir: typed resources, their kinds and schemas, conditions, and the client
/// through which everything reads and writes them. Every other module may depend on this one; it
/// depends on nothing but a streaming JSON parser.
@org.jspecify.annotations.NullMarked
module dev.weir.resource {
    requires transitive org.jspecify;
    requires tools.jackson.core;

    exports dev.weir.resource;

    uses dev.weir.resource.Extension;
}
