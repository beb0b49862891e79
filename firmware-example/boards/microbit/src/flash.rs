//! The last page of flash as a memory of 1 KiB.
//!
//! A write into erased words programs them; any other erases the page and writes it anew, and a power cut between the
//! two loses it. The node's journal writes into erased words twice (enrolment, first rotation) before that happens.

use core::convert::Infallible;

use saltbox::nvm::Nvm;

use crate::mmio::{Registers, Words};

const READY: u16 = 0x400;
const CONFIG: u16 = 0x504;
const ERASEPAGE: u16 = 0x508;

const READ_ONLY: u32 = 0;
const WRITE: u32 = 1;
const ERASE: u32 = 2;

/// Bytes in a page.
pub const PAGE_LEN: usize = 1024;
const WORDS: usize = PAGE_LEN / 4;

/// The page, and the controller that writes it. A clone reaches the same page; nothing here runs in an interrupt.
#[derive(Clone, Debug)]
pub struct FlashPage {
    controller: Registers,
    words: Words,
}

impl FlashPage {
    pub(crate) fn new(controller: Registers, words: Words) -> Self {
        Self { controller, words }
    }

    fn set_mode(&mut self, mode: u32) {
        self.controller.write(CONFIG, mode);
        while self.controller.read(READY) == 0 {}
    }

    fn program(&mut self, index: usize, word: u32) {
        self.words.program(index, word);
        while self.controller.read(READY) == 0 {}
    }

    /// The word that `bytes`, written from `address` on, make of the one at `index`.
    fn merged(&self, index: usize, address: usize, bytes: &[u8]) -> u32 {
        let mut word = self.words.read(index).to_le_bytes();
        for (i, byte) in word.iter_mut().enumerate() {
            let new = (index * 4 + i).checked_sub(address).and_then(|at| bytes.get(at));
            *byte = *new.unwrap_or(byte);
        }
        u32::from_le_bytes(word)
    }
}

impl Nvm for FlashPage {
    type Error = Infallible;

    fn read(&mut self, address: u32, out: &mut [u8]) -> Result<(), Infallible> {
        for (at, byte) in (address as usize..).zip(out) {
            let word = self.words.read(at / 4).to_le_bytes();
            *byte = word[at % 4];
        }
        Ok(())
    }

    fn write(&mut self, address: u32, bytes: &[u8]) -> Result<(), Infallible> {
        let address = address as usize;
        let touched = address / 4..(address + bytes.len()).div_ceil(4).min(WORDS);
        let fits = touched.clone().all(|index| {
            let old = self.words.read(index);
            let new = self.merged(index, address, bytes);
            old == new || old == u32::MAX
        });
        if fits {
            self.set_mode(WRITE);
            for index in touched {
                let new = self.merged(index, address, bytes);
                if self.words.read(index) != new {
                    self.program(index, new);
                }
            }
        } else {
            let page: [u32; WORDS] = core::array::from_fn(|i| self.merged(i, address, bytes));
            self.set_mode(ERASE);
            let start = self.words.address();
            self.controller.write(ERASEPAGE, start);
            self.set_mode(WRITE);
            for (index, word) in page.into_iter().enumerate() {
                self.program(index, word);
            }
        }
        self.set_mode(READ_ONLY);
        Ok(())
    }
}
