//! The power goes off in the middle of any byte that the node writes.
//!
//! The life of a node that is cut: enrolment, a session, readings over several leases, another key of the gateway, a
//! session under it, readings. At every reset somebody sends old frames to the gateway again.

mod world;

use saltbox::telemetry::Command;
use world::boards::{Both, Kit, MemoryOnly};
use world::dice::Dice;
use world::eeprom::Tear;
use world::gateway::Event;
use world::{World, settings};

const LEASE: u32 = 8;
const READINGS: usize = 12;

struct Life<K: Kit> {
    world: World<K>,
    resets: u64,
}

impl<K: Kit> Life<K> {
    /// Lives through all of it; each cut of `cuts` comes that many bytes after the one before.
    fn live(seed: u64, tear: Tear, cuts: &[u64]) -> World<K> {
        let mut life = Self { world: World::new(seed, settings(LEASE)), resets: 0 };
        life.world.stock.bus.0.borrow_mut().tear = tear;
        let mut cuts = cuts.iter().copied();
        life.world.stock.bus.0.borrow_mut().until_cut = cuts.next();

        life.until(&mut cuts, |world| {
            if world.now() % 1_000 == 0 && world.gateway.peer.is_none() {
                let provision = world.gateway.provision();
                world.deliver(&provision.to_frame());
            }
            let events = world.gateway.events.iter().rev();
            let mut enrolled = events.filter_map(|event| match event {
                Event::Enrolled(enrolled) => Some(enrolled.public),
                _ => None,
            });
            if let Some(public) = enrolled.next() {
                world.gateway.enrol(public);
            }
            world.gateway.peer.is_some()
        });
        life.until(&mut cuts, |world| world.gateway.readings() >= READINGS);
        let rotate = life.world.gateway.rotate();
        life.until(&mut cuts, |world| {
            let replied =
                |event: &Event| matches!(event, Event::Reply(command, _) if *command == rotate);
            world.gateway.count(replied) == 1
        });
        let epoch = life.world.gateway.keys.epoch();
        life.until(&mut cuts, |world| world.gateway.peer.as_ref().unwrap().epoch() == Some(epoch));
        life.until(&mut cuts, |world| world.gateway.readings() >= 2 * READINGS);
        life.world.gateway.peer.as_mut().unwrap().command(Command::RequestStatus).unwrap();
        // Whatever was promised is kept over one more reset.
        life.world.reset();
        let before = life.world.gateway.readings();
        life.until(&mut cuts, |world| world.gateway.readings() >= before + 3);
        assert_eq!(life.world.gateway.peer.as_ref().unwrap().epoch(), Some(epoch));
        life.check();
        life.world
    }

    fn until(
        &mut self,
        cuts: &mut impl Iterator<Item = u64>,
        done: impl Fn(&mut World<K>) -> bool,
    ) {
        for _ in 0..20_000 {
            if done(&mut self.world) {
                return;
            }
            self.world.step();
            if self.world.cuts > self.resets {
                self.resets = self.world.cuts;
                self.world.stock.bus.0.borrow_mut().until_cut = cuts.next();
                self.replay();
                self.check();
            }
        }
        panic!("the node did not come back: {:?}", self.world.gateway.events);
    }

    /// Sends old frames again, and what the gateway answers to the node.
    fn replay(&mut self) {
        let old = self.world.recorded.clone();
        let accepted = self.world.gateway.events.len();
        let plain = |frame: &&Vec<u8>| frame[0] & 15 != 4 && frame[0] & 15 != 5;
        for frame in old.iter().rev().filter(plain).take(12) {
            self.world.arrive(frame);
        }
        for _ in 0..4.min(old.len()) {
            let frame = &old[self.world.dice.below(old.len() as u64) as usize];
            if plain(&frame) {
                self.world.arrive(frame);
            }
        }
        assert_eq!(self.world.gateway.events.len(), accepted, "a replay was accepted");
    }

    fn check(&self) {
        // Stronger than what must hold: here neither of the two repeats, whatever the other does.
        assert_eq!(self.world.nonces.repeated_counters, 0);
        assert_eq!(self.world.nonces.repeated_ephemerals, 0);
        let skipped = self.world.nonces.skipped();
        // A lease for each cut, and one for the reset at the end of each life.
        let most = (self.world.cuts + 1) * u64::from(LEASE);
        assert!(skipped <= most, "{skipped} counters skipped in {} cuts", self.world.cuts);
    }
}

/// Cuts at every byte of every write in the life of a node, one cut a life.
fn cut_everywhere<K: Kit>(tear: Tear) -> u64 {
    let whole = Life::<K>::live(1, tear, &[]);
    assert_eq!(whole.cuts, 0);
    let bytes = whole.stock.bus.0.borrow().written;
    let mut cuts = 0;
    for at in 0..bytes {
        let world = Life::<K>::live(1, tear, &[at]);
        assert_eq!(world.stock.bus.0.borrow().torn, 1, "byte {at}");
        cuts += world.cuts;
    }
    assert_eq!(cuts, bytes);
    cuts
}

#[test]
fn a_cut_at_any_byte_repeats_no_nonce_and_loses_no_node() {
    let in_order = cut_everywhere::<MemoryOnly>(Tear::InOrder);
    let scattered = cut_everywhere::<MemoryOnly>(Tear::Scattered);
    let whole_page = cut_everywhere::<MemoryOnly>(Tear::WholePage);
    let with_noise = cut_everywhere::<Both>(Tear::InOrder);
    println!(
        "{in_order} + {scattered} + {whole_page} + {with_noise} cuts, one at each byte written"
    );
    assert!([in_order, scattered, whole_page, with_noise].iter().all(|cuts| *cuts >= 300));
}

#[test]
fn cuts_during_the_recovery_from_cuts() {
    let mut dice = Dice::new(77);
    let mut cuts = 0;
    for life in 0..300 {
        // Enrolment takes 322 bytes and a boot 128: some get through, and some do not.
        let each: Vec<_> = (0..24)
            .map(|_| if dice.one_in(3) { dice.below(700) } else { dice.below(180) })
            .collect();
        let tear = [Tear::InOrder, Tear::Scattered, Tear::WholePage][dice.below(3) as usize];
        cuts += Life::<MemoryOnly>::live(life, tear, &each).cuts;
    }
    println!("{cuts} cuts in 300 lives");
    assert!(cuts >= 300);
}
