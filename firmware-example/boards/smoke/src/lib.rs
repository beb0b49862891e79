//! What a board's drivers must do under QEMU.
//!
//! A check logs what it saw and returns whether that was right. What only the host can judge (the temperature that it
//! set, the counts that must grow from run to run, the byte that comes back) is in the log and on the line.
#![no_std]

use embedded_hal::i2c::{Error, ErrorKind, I2c, NoAcknowledgeSource, Operation};
use embedded_io::{Read, Write};
use lm75::{Address, Lm75};
use saltbox::nvm::Nvm;
use saltbox::rng::EntropySource;

/// The EEPROM's address on the bus, and an address at which nothing is.
const EEPROM: u8 = 0x50;
const NOBODY: u8 = 0x20;

/// The address of the last page of 64 bytes in 32 KiB, which the node does not use.
const LAST: [u8; 2] = [0x7f, 0xc0];

/// Sends one byte back.
pub fn echo(line: &mut (impl Read + Write)) -> bool {
    let mut byte = [0];
    let heard = line.read_exact(&mut byte).is_ok();
    defmt::info!("line: {=u8:#x}", byte[0]);
    heard && line.write_all(&byte).is_ok() && line.flush().is_ok()
}

/// Reads the thermometer.
pub fn sensor(bus: &mut impl I2c) -> bool {
    let reading = Lm75::new(bus, Address::default()).read_temperature();
    match &reading {
        Ok(celsius) => defmt::info!("sensor: {=f32} C", *celsius),
        Err(_) => defmt::info!("sensor: no answer"),
    }
    reading.is_ok()
}

/// Whether a target that is not there is told apart.
pub fn absent(bus: &mut impl I2c) -> bool {
    let kind = bus.read(NOBODY, &mut [0]).map_err(|error| error.kind());
    let good = kind == Err(ErrorKind::NoAcknowledge(NoAcknowledgeSource::Address));
    defmt::info!("nobody at {=u8:#x}: {=bool}", NOBODY, good);
    good
}

/// Counts the runs in the last page of the EEPROM and fills the rest of that page.
///
/// The page is read in one transaction, in two halves with the second half's address written between them.
pub fn eeprom(bus: &mut impl I2c) -> bool {
    let mut count = [0];
    let known = bus.write_read(EEPROM, &LAST, &mut count).is_ok();
    let mut page = [count[0].wrapping_add(1); 64];
    for (fill, byte) in (0..).zip(page.iter_mut().skip(1)) {
        *byte = fill;
    }
    let mut halves = [[0; 32]; 2];
    let [first, second] = &mut halves;
    let written =
        bus.transaction(EEPROM, &mut [Operation::Write(&LAST), Operation::Write(&page)]).is_ok();
    let read = bus
        .transaction(
            EEPROM,
            &mut [
                Operation::Write(&LAST),
                Operation::Read(first),
                Operation::Write(&[0x7f, 0xe0]),
                Operation::Read(second),
            ],
        )
        .is_ok();
    let good = known && written && read && halves.as_flattened() == page;
    defmt::info!("eeprom: run {=u8}, {=bool}", page[0], good);
    good
}

/// Where a memory of 1 KiB counts; the node does not use it.
const COUNT: u32 = 1020;

/// Counts the runs in a memory and rewrites one byte of the same word, for which a flash page must be erased.
pub fn memory(nvm: &mut impl Nvm) -> bool {
    let (mut count, mut again) = ([0], [0; 2]);
    let known = nvm.read(COUNT, &mut count).is_ok();
    let next = count[0].wrapping_add(1);
    let written = [0x0f, 0xf0].into_iter().all(|byte| nvm.write(COUNT, &[next, byte]).is_ok());
    let good = known && written && nvm.read(COUNT, &mut again).is_ok() && again == [next, 0xf0];
    defmt::info!("memory: run {=u8}, {=bool}", next, good);
    good
}

/// Takes samples until two differ.
pub fn noise(source: &mut impl EntropySource) -> bool {
    let mut samples = [0; 8];
    let good = samples.iter_mut().all(|sample| source.sample().map(|new| *sample = new).is_ok());
    defmt::info!("noise: {=[u8]:02x}", samples);
    good && samples.windows(2).any(|pair| pair[0] != pair[1])
}

/// Logs the ticks of loops of 1,000 and of 2,000 turns. A turn is three instructions (`nop`, `subs`, `bne`), so that
/// under `-icount shift=N` the two differ by 3,000 x 2^N ns.
pub fn stopwatch(mut ticks: impl FnMut() -> u32) {
    let [short, long] = [1000, 2000].map(|turns| {
        let start = ticks();
        for _ in 0..turns {
            cortex_m::asm::nop();
        }
        ticks().wrapping_sub(start)
    });
    defmt::info!("stopwatch: {=u32} and {=u32} ticks", short, long);
}
