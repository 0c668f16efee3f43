;; A partner's policy: no more than 30.00 at a time for fuel. 0 declines.
(module $partner
  (import "payment" "amount" (func $amount (result i64)))
  (import "payment" "merchant" (func $merchant (param $to i32) (param $room i32) (result i32)))
  (memory (export "memory") 1)
  (func $is-fuel (result i32)
    (if (i32.ne (call $merchant (i32.const 0) (i32.const 4)) (i32.const 4))
      (then (return (i32.const 0))))
    (i32.eq (i32.load (i32.const 0)) (i32.const 0x6c657566))) ;; "fuel", little-endian
  (func (export "judge") (result i32)
    (i32.eqz (i32.and (call $is-fuel) (i64.gt_s (call $amount) (i64.const 3000))))))
