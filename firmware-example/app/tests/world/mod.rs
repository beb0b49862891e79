//! A whole world around the node: a board whose parts can fail, a line that loses frames, and a gateway.
#![allow(dead_code, reason = "no test needs all of it")]

pub mod boards;
pub mod dice;
pub mod eeprom;
pub mod gateway;
pub mod nonces;
pub mod power;
pub mod wire;

use std::cell::{Cell, RefCell};
use std::num::NonZeroU32;
use std::rc::Rc;

use saltbox::telemetry::{Header, Kind, Line};
use saltbox_node::{Node, Parts, Settings};

use boards::{FlashPage, Kit, Stock, TestNoise};
use dice::Dice;
use eeprom::{Bus, Chips};
use gateway::{Event, Gateway};
use nonces::Nonces;
use power::{Power, Time};
use wire::Serial;

/// Milliseconds between two steps.
pub const STEP: u64 = 50;

pub struct World<K: Kit> {
    pub node: Node<K>,
    pub stock: Stock,
    pub gateway: Gateway,
    pub nonces: Nonces,
    pub dice: Dice,
    /// Of a hundred frames, so many are lost in each direction.
    pub loss: u64,
    /// Every frame that the node sent.
    pub recorded: Vec<Vec<u8>>,
    pub power: Power,
    pub serial: Serial,
    pub cuts: u64,
    settings: Settings,
    line: Line,
    now: Rc<Cell<u64>>,
}

pub fn settings(lease: u32) -> Settings {
    Settings { lease: NonZeroU32::new(lease).unwrap(), ..Settings::default() }
}

impl<K: Kit> World<K> {
    /// A board with an erased memory, and a gateway that does not know it.
    pub fn new(seed: u64, settings: Settings) -> Self {
        let mut dice = Dice::new(seed);
        let power = Power::on();
        let chips = Chips::new(power.clone(), dice.next());
        let stock = Stock {
            bus: Bus(Rc::new(RefCell::new(chips))),
            flash: FlashPage::erased(),
            noise: TestNoise::new(dice.next()),
        };
        let serial = Serial::new(power.clone());
        let now = Rc::new(Cell::new(0));
        let node = assemble(&stock, &serial, &now, settings);
        let gateway = Gateway::new(&dice.bytes());
        Self {
            node,
            stock,
            gateway,
            nonces: Nonces::default(),
            dice,
            loss: 0,
            recorded: Vec::new(),
            power,
            serial,
            cuts: 0,
            settings,
            line: Line::new(),
            now,
        }
    }

    /// A board that is enrolled at the gateway.
    pub fn enrolled(seed: u64, settings: Settings) -> Self {
        let mut world = Self::new(seed, settings);
        world.enrol();
        world
    }

    pub fn now(&self) -> u64 {
        self.now.get()
    }

    /// Sends Provision until Enrolled comes, as at a bench.
    pub fn enrol(&mut self) {
        for _ in 0..60 {
            let provision = self.gateway.provision();
            self.deliver(&provision.to_frame());
            self.run(1_000);
            let enrolled = self.gateway.events.iter().rev().find_map(|event| match event {
                Event::Enrolled(enrolled) => Some(enrolled.public),
                _ => None,
            });
            if let Some(public) = enrolled {
                self.gateway.enrol(public);
                return;
            }
        }
        panic!("the node did not enrol");
    }

    pub fn run(&mut self, millis: u64) {
        for _ in 0..millis / STEP {
            self.step();
        }
    }

    /// Runs until `done`, at most `millis`.
    pub fn run_until(&mut self, millis: u64, done: impl Fn(&Self) -> bool) {
        for _ in 0..millis / STEP {
            if done(self) {
                return;
            }
            self.step();
        }
        assert!(done(self), "it did not come to that in {millis} ms: {:?}", self.gateway.events);
    }

    pub fn run_until_readings(&mut self, count: usize) {
        let wanted = self.gateway.readings() + count;
        self.run_until(count as u64 * 1_000 + 120_000, |world| world.gateway.readings() >= wanted);
    }

    pub fn step(&mut self) {
        self.now.set(self.now.get() + STEP);
        if !self.power.is_on() {
            self.cuts += 1;
            self.reset();
        }
        self.node.poll();
        for byte in self.serial.take_up() {
            if let Some(frame) = self.line.push(byte) {
                let frame = frame.to_vec();
                self.sent(&frame);
            }
        }
        if let Some(frame) = self.gateway.tick(self.now.get()) {
            self.deliver(&frame);
        }
    }

    fn sent(&mut self, frame: &[u8]) {
        self.nonces.up(frame);
        self.recorded.push(frame.to_vec());
        if self.dice.percent(self.loss) {
            return;
        }
        self.arrive(frame);
    }

    /// Gives a frame to the gateway, and its answer to the node.
    pub fn arrive(&mut self, frame: &[u8]) {
        if let Some(answer) = self.gateway.receive(frame, self.now.get()) {
            self.deliver(&answer);
        }
    }

    /// Puts a frame on the line to the node.
    pub fn deliver(&mut self, frame: &[u8]) {
        if self.dice.percent(self.loss) {
            return;
        }
        self.nonces.down(frame);
        self.serial.send_down(frame);
    }

    /// Power on, with an empty line.
    pub fn reset(&mut self) {
        self.power.restore();
        self.serial.take_up();
        self.serial.0.borrow_mut().down.clear();
        self.line = Line::new();
        self.node = assemble(&self.stock, &self.serial, &self.now, self.settings);
    }

    /// Frames of `kind` that the node sent.
    pub fn sent_of(&self, kind: Kind) -> usize {
        self.recorded.iter().filter(|frame| Header::parse(frame).unwrap().kind == kind).count()
    }
}

fn assemble<K: Kit>(
    stock: &Stock,
    serial: &Serial,
    now: &Rc<Cell<u64>>,
    settings: Settings,
) -> Node<K> {
    let parts = Parts {
        serial: serial.clone(),
        clock: Time { now: now.clone(), reset: now.get() },
        sensor: K::sensor(stock),
        memory: K::memory(stock),
        noise: K::noise(stock),
    };
    Node::new(parts, settings)
}
