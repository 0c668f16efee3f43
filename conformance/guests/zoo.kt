// Kotlin's language and library, and garbage: what both of its back ends must agree on.
import kotlin.random.Random

// --- sealed hierarchies, data classes, recursion ---

sealed interface Expr
data class Num(val value: Long) : Expr
data class Var(val name: String) : Expr
data class Bin(val op: Op, val left: Expr, val right: Expr) : Expr
data object Zero : Expr

enum class Op(val sign: Char, val level: Int) {
    ADD('+', 1) { override fun apply(a: Long, b: Long) = a + b },
    SUB('-', 1) { override fun apply(a: Long, b: Long) = a - b },
    MUL('*', 2) { override fun apply(a: Long, b: Long) = a * b },
    DIV('/', 2) {
        override fun apply(a: Long, b: Long) =
            if (b == 0L) throw DivisionException("$a by zero") else a / b
    };

    abstract fun apply(a: Long, b: Long): Long
}

class DivisionException(message: String) : RuntimeException(message)
class ParseException(val at: Int, message: String, cause: Throwable? = null) : Exception(message, cause)

class Parser(private val text: String) {
    private var at = 0

    fun parse(): Expr = level(1).also { if (at < text.length) throw ParseException(at, "left: ${text.substring(at)}") }

    private fun level(level: Int): Expr {
        if (level == 3) return atom()
        var left = level(level + 1)
        while (true) {
            val op = Op.entries.firstOrNull { it.level == level && it.sign == text.getOrNull(at) } ?: return left
            at++
            left = Bin(op, left, level(level + 1))
        }
    }

    private fun atom(): Expr {
        val c = text.getOrNull(at) ?: throw ParseException(at, "end of text")
        if (c == '(') {
            at++
            return level(1).also { if (text.getOrNull(at++) != ')') throw ParseException(at, "no )") }
        }
        val start = at
        while (at < text.length && text[at].isLetterOrDigit()) at++
        val word = text.substring(start, at)
        return when {
            word.isEmpty() -> throw ParseException(at, "unexpected '$c'")
            word[0].isDigit() ->
                try {
                    Num(word.toLong())
                } catch (e: NumberFormatException) {
                    throw ParseException(start, "no number: $word", e)
                }
            else -> Var(word)
        }
    }
}

fun Expr.eval(env: Map<String, Long>): Long = when (this) {
    is Num -> value
    is Var -> env[name] ?: throw NoSuchElementException(name)
    is Bin -> op.apply(left.eval(env), right.eval(env))
    Zero -> 0
}

fun Expr.simple(): Expr = when (this) {
    is Bin -> {
        val l = left.simple()
        val r = right.simple()
        when {
            l is Num && r is Num && !(op == Op.DIV && r.value == 0L) -> Num(op.apply(l.value, r.value))
            op == Op.MUL && (l == Num(0) || r == Num(0)) -> Zero
            op == Op.MUL && l == Num(1) -> r
            op == Op.ADD && r == Num(0) -> l
            else -> copy(left = l, right = r)
        }
    }
    else -> this
}

fun expressions() {
    val env = mapOf("x" to 7L, "y" to -3L)
    for (text in listOf("1+2*3", "(1+2)*3-x", "x*y-y*x", "x/(y+3)", "2*(3", "1$", "z+1", "99999999999999999999", "1*x+0", "x*0+4/0")) {
        val result = try {
            val parsed = Parser(text).parse()
            "${parsed.simple()} = ${parsed.eval(env)}"
        } catch (e: ParseException) {
            "at ${e.at}: ${e.message}${if (e.cause is NumberFormatException) " (number)" else ""}"
        } catch (e: DivisionException) {
            "division: ${e.message}"
        } catch (e: RuntimeException) {
            "${e::class.simpleName}"
        } finally {
            print("$text -> ")
        }
        println(result)
    }
    println(Parser("a+b").parse() == Parser("a+b").parse())
    println(Parser("a+b").parse().hashCode() == Parser("a+b").parse().hashCode())
}

// --- generics, interfaces, delegation, operators ---

interface Shape : Comparable<Shape> {
    val area: Double
    fun name() = this::class.simpleName ?: "?"
    override fun compareTo(other: Shape) = area.compareTo(other.area)
}

open class Rect(val w: Double, val h: Double) : Shape {
    override val area get() = w * h
}

class Square(side: Double) : Rect(side, side) {
    override fun name() = "Square of " + super.name().length
}

class Loud(private val shape: Shape) : Shape by shape {
    override fun name() = shape.name().uppercase() + "!"
}

class Heap<T : Comparable<T>>(vararg items: T) {
    private val list = mutableListOf<T>()

    init { items.forEach(::add) }

    val size get() = list.size

    fun add(item: T) {
        list += item
        var i = list.lastIndex
        while (i > 0 && list[i] < list[(i - 1) / 2]) {
            val up = (i - 1) / 2
            list[i] = list[up].also { list[up] = list[i] }
            i = up
        }
    }

    fun poll(): T? {
        if (list.isEmpty()) return null
        val top = list[0]
        val last = list.removeAt(list.lastIndex)
        if (list.isNotEmpty()) {
            list[0] = last
            var i = 0
            while (true) {
                val child = (2 * i + 1..2 * i + 2).filter { it < list.size }.minByOrNull { list[it] } ?: break
                if (list[i] <= list[child]) break
                list[i] = list[child].also { list[child] = list[i] }
                i = child
            }
        }
        return top
    }
}

data class Vec(val x: Int, val y: Int) {
    operator fun plus(o: Vec) = Vec(x + o.x, y + o.y)
    operator fun times(n: Int) = Vec(x * n, y * n)
    operator fun unaryMinus() = Vec(-x, -y)
    operator fun get(i: Int) = if (i == 0) x else if (i == 1) y else throw IndexOutOfBoundsException("$i")

    companion object { val ZERO = Vec(0, 0) }
}

data class Meters(val n: Double) {
    operator fun plus(o: Meters) = Meters(n + o.n)
}

inline fun <reified T> Iterable<*>.only(): List<T> = filterIsInstance<T>()

fun <T, R> memo(f: ((T) -> R, T) -> R): (T) -> R {
    val known = HashMap<T, R>()
    lateinit var self: (T) -> R
    self = { x -> known[x] ?: f(self, x).also { known[x] = it } }
    return self
}

fun types() {
    val shapes: List<Shape> = listOf(Rect(2.0, 3.0), Square(1.5), Loud(Square(3.0)), Loud(Rect(0.5, 0.25)))
    println(shapes.sorted().joinToString { "${it.name()} ${it.area}" })
    println(shapes.map { it is Rect } + shapes.map { it is Square })
    val heap = Heap(5, 3, 9, -1, 3)
    val random = Random(42)
    repeat(500) { heap.add(random.nextInt(-1000, 1000)) }
    var sum = 0L
    var before = Int.MIN_VALUE
    var order = true
    while (true) {
        val next = heap.poll() ?: break
        order = order && next >= before
        before = next
        sum = sum * 31 + next
    }
    println("$order $sum ${heap.size}")
    val (x, y) = Vec(1, 2) + -Vec(3, 4) * 5
    println("$x $y ${Vec.ZERO} ${Vec(8, 9)[1]}")
    println((Meters(1.5) + Meters(2.25)).n)
    println(listOf(1, "two", 3.5, 'c', 5L, null, Vec.ZERO, "three").let { l -> l.only<String>() to l.only<Number>().size })
    val fib = memo<Int, Long> { self, n -> if (n < 2) n.toLong() else self(n - 1) + self(n - 2) }
    println(fib(90))
    val counter = object { var n = 0; fun next() = ++n }
    val next = counter::next
    println(List(5) { next() * it })
    val late by lazy { counter.next() }
    println("${counter.n} $late $late ${counter.n}")
}

// --- collections, sequences, strings ---

const val TEXT = "The quick brown fox jumps over the lazy dog; the dög, ünmoved, naps. " +
    "Über all: \uD83D\uDC1F fish and 日本語 too"

fun collections() {
    val words = TEXT.split(' ', ',', ';', '.', ':').filter { it.isNotBlank() }.map { it.lowercase() }
    println(words.groupingBy { it.length }.eachCount().toList().sortedBy { it.first })
    println(words.toSet().sortedWith(compareBy<String> { it.length }.thenByDescending { it }))
    println(words.associateWith { w -> w.sumOf { it.code } }.filterValues { it % 3 == 0 }.keys)
    println(words.windowed(3, 4).map { it.joinToString("-") })
    println(words.fold(StringBuilder()) { sb, w -> sb.insert(0, w.last().code.toString(36)) }.reverse())
    println(TEXT.encodeToByteArray().let { it.size to it.decodeToString() } == (TEXT.encodeToByteArray().size to TEXT))
    println(Regex("""(\w)(\w+)""").replace("one two, three") { m -> m.groupValues[2] + m.groupValues[1].uppercase() })
    println(Regex("[aeiou]+").findAll("beautiful queue").map { it.value + it.range }.toList())
    val primes = sequence {
        val seen = mutableListOf<Int>()
        var n = 2
        while (true) {
            if (seen.none { n % it == 0 }) {
                seen += n
                yield(n)
            }
            n++
        }
    }
    println(primes.dropWhile { it < 100 }.filter { it % 4 == 3 }.take(12).toList())
    val deque = ArrayDeque<Int>()
    for (i in 0 until 1000) if (i % 3 == 0 && deque.isNotEmpty()) deque.removeFirst() else if (i % 2 == 0) deque.addLast(i) else deque.addFirst(-i)
    println("${deque.size} ${deque.first()} ${deque.last()} ${deque.sum()}")
    val map = HashMap<Vec, MutableList<Int>>()
    for (i in 0 until 20_000) map.getOrPut(Vec(i * 7 % 101, i * 3 % 53)) { mutableListOf() } += i
    println("${map.size} ${map.values.sumOf { it.size }} ${map[Vec(14, 6)]?.take(3)} ${map[Vec(200, 0)]}")
    val removed = map.keys.filter { (it.x + it.y) % 2 == 0 }
    removed.forEach(map::remove)
    println("${removed.size} ${map.size}")
    val numbers = Random(7).let { r -> List(30_000) { r.nextInt() } }
    val sorted = numbers.sorted()
    println("${sorted.first()} ${sorted[15_000]} ${sorted.last()} ${numbers.sortedDescending().reversed() == sorted}")
    println(sorted.binarySearch(numbers[77]) >= 0)
    val grid = Array(12) { r -> IntArray(12) { c -> (r * 31 + c * 17) % 23 } }
    println(grid.joinToString("") { row -> row.joinToString("") { it.toString(36) } })
}

// --- exceptions ---

fun risky(n: Int, log: MutableList<String>): String {
    try {
        try {
            return when (n) {
                0 -> listOf(1, 2)[n + 5].toString()
                1 -> ("text" as Any as List<*>).size.toString()
                2 -> (null as String?)!!
                3 -> "12x".toInt().toString()
                4 -> throw ParseException(4, "outer", IllegalStateException("inner"))
                5 -> error("state $n")
                6 -> { require(n < 6) { "n is $n" }; "" }
                7 -> emptyList<Int>().iterator().next().toString()
                8 -> intArrayOf(1, 2, 3)[n].toString()
                9 -> { val l = mutableListOf(1, 2, 3); for (i in l) l += i; "" }
                10 -> (7 / (n - 10)).toString()
                else -> "fine"
            }
        } finally {
            log += "inner$n"
        }
    } catch (e: IllegalStateException) {
        log += "again"
        throw UnsupportedOperationException("wrapped", e)
    } catch (e: ParseException) {
        return "${e.message} of ${e.cause?.message}"
    } finally {
        log += "outer$n"
    }
}

fun exceptions() {
    val log = mutableListOf<String>()
    for (n in 0..11) {
        println("$n " + runCatching { risky(n, log) }.fold({ it }, { "${kind(it)} ${it.cause?.message}" }))
    }
    println(log)
    fun depth(n: Int): Int = try { if (n == 0) throw DivisionException("deep") else depth(n - 1) } finally { log += "" }
    log.clear()
    println(try { depth(500) } catch (e: DivisionException) { "${e.message} ${log.size}" })
    var thrown = 0L
    for (i in 0 until 20_000) try { Op.DIV.apply(i.toLong(), (i % 3).toLong()) } catch (e: DivisionException) { thrown += e.message!!.length }
    println(thrown)
}

// Some back ends throw subclasses of what the language promises.
fun kind(e: Throwable) = when (e) {
    is IndexOutOfBoundsException -> "index"
    is ClassCastException -> "cast"
    is NullPointerException -> "null"
    is NumberFormatException -> "format"
    is ArithmeticException -> "arithmetic"
    is ConcurrentModificationException -> "concurrent"
    is NoSuchElementException -> "none"
    is UnsupportedOperationException -> "unsupported: ${e.message}"
    is IllegalArgumentException -> "argument: ${e.message}"
    else -> "other: $e"
}

// --- numbers ---

fun numbers() {
    println(listOf(Int.MAX_VALUE + 1, Int.MIN_VALUE / -1, -7 / 2, -7 % 3, -7 shr 1, -7 ushr 28, 1 shl 33, (-7).mod(3)))
    println(listOf(Long.MIN_VALUE / -1, Long.MAX_VALUE * 3, -1L ushr 60, 1L shl 65, 0x123456789abcdefL xor -1L))
    println(listOf(Double.NaN.toInt(), 1e30.toInt(), -1e30.toLong(), 3.99f.toInt(), (-0.0).toBits(), 300.toByte(), 70000.toShort(), 65.toChar()))
    println(listOf(UInt.MAX_VALUE, 5u / 3u, (-1).toUInt() % 1000u, ULong.MAX_VALUE, (-1L).toULong() / 7u))
    println(listOf(-255, 255, Int.MIN_VALUE).map { it.toString(16) } + Long.MIN_VALUE.toString(2).length)
    println(listOf(13.countOneBits(), 13.countLeadingZeroBits(), 40L.countTrailingZeroBits(), 1.rotateRight(4)))
    var a = 1.0
    var b = 1.0f
    for (i in 1..2000) {
        a = a * 1.000123 + 1.0 / i - a / (i + 3)
        b = b * 1.0001f + 1f / i - b / (i + 3)
    }
    println("${a.toBits()} ${b.toBits()} ${(a * b).toLong()} ${a < b} ${Double.NaN == Double.NaN} ${minOf(0.0, -0.0).toBits()}")
    println(listOf(0.1 + 0.2, 1.0 / 3, 100.0, -2.5e-3, 123456.789))
    val n = 24
    val x = Array(n) { i -> DoubleArray(n) { j -> (i * j % 7) / 3.0 } }
    val y = Array(n) { i -> DoubleArray(n) { j -> x.indices.sumOf { k -> x[i][k] * x[k][j] } } }
    println(y.sumOf { row -> row.sum() }.toBits())
    println(queens(8, 0, 0, 0))
}

fun queens(n: Int, columns: Int, up: Int, down: Int): Int {
    val all = (1 shl n) - 1
    if (columns == all) return 1
    var free = all and (columns or up or down).inv()
    var count = 0
    while (free != 0) {
        val bit = free and -free
        free -= bit
        count += queens(n, columns or bit, (up or bit) shl 1, (down or bit) shr 1)
    }
    return count
}

// --- garbage ---

class Tree(val left: Tree?, val right: Tree?, val label: Any) {
    fun count(): Int = 1 + (left?.count() ?: 0) + (right?.count() ?: 0)
}

fun tree(depth: Int): Tree =
    if (depth == 0) Tree(null, null, depth) else Tree(tree(depth - 1), tree(depth - 1), "depth $depth")

fun garbage(rounds: Int) {
    val kept = ArrayDeque<Tree>()
    for (round in 1..rounds) {
        var nodes = 0
        repeat(12) {
            val made = tree(13)
            nodes += made.count()
            kept.addLast(made)
            if (kept.size > 2) kept.removeFirst()
        }
        println("round $round: $nodes nodes, ${kept.size} trees kept")
    }
}

fun main() {
    expressions()
    types()
    collections()
    exceptions()
    numbers()
    garbage(10)
}
