;; What a partner must not do: takes all memory that it can get, and never comes back.
(module $hostile
  (memory (export "memory") 1)
  (func (export "judge") (result i32)
    (loop $again
      (drop (memory.grow (i32.const 1)))
      (br $again))
    (i32.const 1)))
