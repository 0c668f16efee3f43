package dev.weir.weave;

import dev.weir.weave.Rule.Section;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `rules.txt`, whose head says what its lines mean.
final class RuleParser {
    private static final Pattern MEMBER =
            Pattern.compile("(?<owner>[^#(]+)#(?<name>[^(]+)(\\((?<args>[^)]*)\\)(?<result>.+))?");
    private static final String HOOKS = "dev/weir/weave/hook/";

    private final Map<String, ClassDesc> names = new HashMap<>();
    private final List<Rule> rules = new ArrayList<>();
    private Section section = new Section("", false);

    private RuleParser() {
        for (var primitive :
                List.of(
                        // The first use of java.lang.constant has to be one of ConstantDescs: in
                        // JDK 25 the classes of primitive descriptors cannot initialize before it.
                        ConstantDescs.CD_int,
                        ConstantDescs.CD_long,
                        ConstantDescs.CD_boolean,
                        ConstantDescs.CD_void)) {
            names.put(primitive.displayName(), primitive);
        }
    }

    static List<Rule> parse(String text) {
        var parser = new RuleParser();
        text.lines().map(String::strip).forEach(parser::line);
        return List.copyOf(parser.rules);
    }

    private void line(String line) {
        if (line.isEmpty() || line.startsWith("#")) {
            return;
        }
        var words = line.split("\\s+");
        if (line.startsWith("[")) {
            section = new Section(words[0].substring(1, words[0].length() - 1), words.length > 1);
        } else if (words[0].equals("import")) {
            var type = ClassDesc.of(words[1]);
            names.put(words[1].substring(words[1].lastIndexOf('.') + 1), type);
            names.put(words[1].substring(words[1].lastIndexOf('$') + 1), type);
        } else {
            rule(words[0], words[1], HOOKS + (words.length > 2 ? words[2] : ""));
        }
    }

    private void rule(String verb, String what, String hook) {
        if (verb.equals("marked")) {
            rules.add(new Rule.Marked(section, type(what.substring(1)).descriptorString(), hook));
            return;
        }
        if (verb.equals("new")) {
            int open = what.indexOf('(');
            var type = types(what.substring(open + 1, what.length() - 1), "void");
            rules.add(new Rule.Construct(section, owner(what.substring(0, open)), type, hook));
            return;
        }
        var member = MEMBER.matcher(what);
        if (!member.matches()) {
            throw new IllegalArgumentException("rules.txt: expected owner#method, found " + what);
        }
        var owner = member.group("owner");
        var name = member.group("name");
        if (verb.equals("wrap")) {
            for (var each : name.split(",")) {
                rules.add(new Rule.Wrap(section, owner(owner), each, hook));
            }
            return;
        }
        rule(verb, owner, name, member.group("args"), member.group("result"), hook);
    }

    private void rule(
            String verb, String owner, String name, String args, String result, String hook) {
        rules.add(
                switch (verb) {
                    case "call" ->
                            new Rule.Call(section, owner(owner), name, types(args, result), hook);
                    case "result" ->
                            new Rule.Result(section, owner(owner), name, types(args, result), hook);
                    case "entry" ->
                            new Rule.Entry(
                                    section, name, types(args, result).descriptorString(), hook);
                    case "body" -> body(owner, name, args, result, hook);
                    default ->
                            throw new IllegalArgumentException(
                                    "rules.txt: expected a verb, found " + verb);
                });
    }

    private Rule body(String owner, String name, String args, String result, String hook) {
        boolean below = owner.endsWith("+");
        var type = types(args, "void").descriptorString();
        return new Rule.Body(
                section,
                owner(below ? owner.substring(0, owner.length() - 1) : owner),
                below,
                name,
                type.substring(0, type.length() - 1),
                result(result),
                hook);
    }

    private @Nullable String result(String name) {
        return name.equals("*") ? null : type(name).descriptorString();
    }

    private MethodTypeDesc types(String parameters, String result) {
        var types = new ArrayList<ClassDesc>();
        for (var name : parameters.split(",")) {
            if (!name.isEmpty()) {
                types.add(type(name));
            }
        }
        return MethodTypeDesc.of(type(result), types);
    }

    private String owner(String name) {
        var descriptor = type(name).descriptorString();
        return descriptor.substring(1, descriptor.length() - 1);
    }

    private ClassDesc type(String name) {
        if (name.endsWith("[]")) {
            return type(name.substring(0, name.length() - 2)).arrayType();
        }
        var known = names.get(name);
        if (known != null) {
            return known;
        }
        return ClassDesc.of(name.indexOf('.') < 0 ? "java.lang." + name : name);
    }
}
