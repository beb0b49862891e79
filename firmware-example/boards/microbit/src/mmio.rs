//! Registers and flash by address: the only `unsafe` of this crate.
#![allow(unsafe_code)]

use core::sync::atomic::{AtomicBool, Ordering};

use crate::{FlashPage, Noise, Timer, Uart};

/// The flash page that keeps the node's keys; `memory.x` leaves it out of the program.
pub const PAGE_START: usize = 0x0003_f000;

const UART: usize = 0x4000_2000;
const TIMER0: usize = 0x4000_8000;
const RNG: usize = 0x4000_d000;
const NVMC: usize = 0x4001_e000;

/// The drivers, which exist once.
pub struct Peripherals {
    /// UART 0.
    pub uart: Uart,
    /// Timer 0.
    pub timer: Timer,
    /// The noise source.
    pub noise: Noise,
    /// The last page of flash.
    pub page: FlashPage,
}

static TAKEN: AtomicBool = AtomicBool::new(false);

impl Peripherals {
    /// Hands out the drivers the first time, `None` from then on.
    #[must_use]
    pub fn take() -> Option<Self> {
        // Thumb v6-M has no compare-and-swap; nothing here runs in an interrupt.
        if TAKEN.load(Ordering::Relaxed) {
            return None;
        }
        TAKEN.store(true, Ordering::Relaxed);
        Some(Self {
            uart: Uart::new(Registers(UART)),
            timer: Timer::new(Registers(TIMER0)),
            noise: Noise::new(Registers(RNG)),
            page: FlashPage::new(Registers(NVMC), Words(PAGE_START)),
        })
    }
}

/// One peripheral. Can only be made here.
#[derive(Clone, Debug)]
pub(crate) struct Registers(usize);

impl Registers {
    pub(crate) fn read(&self, offset: u16) -> u32 {
        // SAFETY: the constants above name peripherals that the chip has; reading their registers changes no memory.
        unsafe { ((self.0 + usize::from(offset)) as *const u32).read_volatile() }
    }

    pub(crate) fn write(&mut self, offset: u16, value: u32) {
        // SAFETY: as above; none of these peripherals has a DMA. The NVMC alone can change memory: it is handed to
        // `FlashPage` and to nobody else, which erases `Words::address` and enables writes to `Words::program`.
        unsafe { ((self.0 + usize::from(offset)) as *mut u32).write_volatile(value) }
    }
}

/// The words of the page. Can only be made here.
#[derive(Clone, Debug)]
pub(crate) struct Words(usize);

impl Words {
    /// `index` is taken modulo the page.
    pub(crate) fn read(&self, index: usize) -> u32 {
        // SAFETY: inside the page, which is readable flash.
        unsafe { self.at(index).read_volatile() }
    }

    /// `index` is taken modulo the page.
    pub(crate) fn program(&mut self, index: usize, word: u32) {
        // SAFETY: inside the page, in which no code and no static lies; the controller ignores the write unless it was
        // enabled.
        unsafe { self.at(index).write_volatile(word) }
    }

    /// The address of the page, for the controller's erase register.
    pub(crate) const fn address(&self) -> u32 {
        self.0 as u32
    }

    const fn at(&self, index: usize) -> *mut u32 {
        (self.0 + (index % (crate::PAGE_LEN / 4)) * 4) as *mut u32
    }
}
