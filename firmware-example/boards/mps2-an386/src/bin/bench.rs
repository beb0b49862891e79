//! Measures the library on this core; `cargo xtask bench` runs it and reads what it prints.
#![no_std]
#![no_main]

use saltbox_bench_firmware::Stopwatch;
use saltbox_metal::{exit, stack};
use saltbox_mps2::{AN385, Peripherals, Timer};
use semihosting::println;

struct Board(Timer);

impl Stopwatch for Board {
    fn ticks(&mut self) -> u32 {
        self.0.ticks()
    }

    fn paint_stack(&mut self) {
        stack::paint();
    }

    fn stack_used(&mut self) -> usize {
        stack::peak_below_caller()
    }
}

#[cortex_m_rt::entry]
fn main() -> ! {
    let Some(Peripherals { timer, .. }) = Peripherals::take(AN385) else { exit(false) };
    println!("hz {}", timer.hz());
    saltbox_bench_firmware::run(&mut Board(timer), &mut |it| {
        println!("op {} ticks {} stack {}", it.op, it.ticks, it.stack);
    });
    println!("end");
    exit(true)
}
