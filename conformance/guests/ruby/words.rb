# Runs in ruby.wasm: what it prints is the same wherever it runs.
def fib(n) = n < 2 ? n : fib(n - 1) + fib(n - 2)
puts fib(20)

words = %w[the quick brown fox jumps over the lazy dog] * 100
count = Hash.new(0)
words.each { |word| count[word.capitalize.gsub(/[aeiou]/) { |vowel| vowel.upcase }] += 1 }
puts count.sort_by { |word, times| [-times, word] }.first(3).inspect

Point = Struct.new(:x, :y) do
  def +(other) = Point.new(x + other.x, y + other.y)
end
puts (1..100).map { |i| Point.new(i, i * i) }.inject(:+).inspect

begin
  raise ArgumentError, "bad"
rescue => error
  puts "#{error.class}: #{error.message}"
ensure
  puts "ensured"
end
puts catch(:found) { (1..Float::INFINITY).each { |i| throw :found, i if i * i > 1000 } }

fiber = Fiber.new { 3.times { |i| Fiber.yield i }; :done }
puts 4.times.map { fiber.resume }.inspect
puts (1..30).inject(:*), 2**100 % 97, Rational(1, 3) + Rational(1, 6), Complex(1, 2) * Complex(3, 4)
puts "%.6f %x %08.3e" % [Math.sqrt(2), 255, 12345.678]
puts "grüße, 世界".each_char.to_a.reverse.join, "grüße".encode("UTF-16LE").bytes.inspect

# Enough to make the garbage collector and the memory's growth work.
kept = (1..20_000).map { |i| "string #{i}" * 20 }
200_000.times { |i| "garbage #{i}" }
puts kept.sum(&:size), kept.hash == kept.dup.hash
def deep(n) = n == 0 ? raise("bottom") : deep(n - 1)
begin
  deep(200)
rescue => error
  puts error.message, error.backtrace.size > 200
end
$stdout.flush
