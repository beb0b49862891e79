//! Who can make a node whose.

mod world;

use saltbox::keys::{PublicKey, SecretKey};
use saltbox::rng::Drbg;
use saltbox::telemetry::{Kind, NodeId, Provision, Trouble};
use saltbox_node::identity_store::IDENTITY_BASE;
use world::boards::{Both, Kit, MemoryOnly, Mood, NoiseOnly};
use world::gateway::{Event, NODE};
use world::{World, settings};

fn enrolled_keys<K: Kit>(world: &World<K>) -> Vec<PublicKey> {
    let events = world.gateway.events.iter();
    events
        .filter_map(|event| match event {
            Event::Enrolled(enrolled) => Some(enrolled.public),
            _ => None,
        })
        .collect()
}

#[test]
fn a_blank_node_says_so_and_nothing_else() {
    let mut world = World::<MemoryOnly>::new(1, settings(64));
    world.run(60_000);
    assert!(world.gateway.troubles(Trouble::NotProvisioned) >= 10);
    assert_eq!(world.sent_of(Kind::Trouble), world.recorded.len());
    assert!(world.recorded.iter().all(|frame| frame[2..6] == [0; 4]), "it has no number yet");
}

fn enrols_and_delivers<K: Kit>() {
    let mut world = World::<K>::enrolled(2, settings(64));
    world.run_until_readings(5);
    assert_eq!(world.gateway.refusals, []);
    // And so it does after a reset.
    world.reset();
    world.run_until_readings(5);
    assert_eq!(world.gateway.refusals, []);
}

#[test]
fn a_node_with_a_memory_enrols_and_delivers() {
    enrols_and_delivers::<MemoryOnly>();
}

#[test]
fn a_node_with_a_noise_source_enrols_and_delivers() {
    enrols_and_delivers::<NoiseOnly>();
}

#[test]
fn a_node_with_both_enrols_and_delivers() {
    enrols_and_delivers::<Both>();
}

#[test]
fn a_provisioned_node_refuses_another_gateway() {
    let mut world = World::<MemoryOnly>::enrolled(3, settings(64));
    world.run_until_readings(2);
    let before = world.stock.bus.0.borrow().cells.clone();
    let (node, epoch, gateway) = (NODE, 0, world.gateway.keys.public_key());
    let stranger = PublicKey::from_bytes([9; 32]);
    for other in [
        Provision::new(NodeId(1), epoch, gateway, &[1; 32]),
        Provision::new(node, 1, gateway, &[1; 32]),
        Provision::new(node, epoch, stranger, &[1; 32]),
    ] {
        let refusals = world.gateway.troubles(Trouble::AlreadyProvisioned);
        world.deliver(&other.to_frame());
        world.run(100);
        assert_eq!(world.gateway.troubles(Trouble::AlreadyProvisioned), refusals + 1);
        world.reset();
        world.run(100);
    }
    world.run_until_readings(2);
    // The identity is what it was; only seed and lease went on.
    let at = IDENTITY_BASE as usize;
    assert!(world.stock.bus.0.borrow().cells[at..] == before[at..], "the identity changed");
}

#[test]
fn a_lost_answer_is_given_again_and_changes_nothing() {
    let mut world = World::<MemoryOnly>::enrolled(4, settings(64));
    world.run_until_readings(2);
    let before = world.stock.bus.0.borrow().written;
    let again = world.gateway.provision();
    world.deliver(&again.to_frame());
    world.run(100);
    let keys = enrolled_keys(&world);
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1]);
    assert_eq!(world.stock.bus.0.borrow().written, before);
    world.run_until_readings(2);
}

#[test]
fn a_damaged_or_senseless_provision_is_not_answered() {
    let mut world = World::<MemoryOnly>::new(5, settings(64));
    world.run(100);
    let gateway = world.gateway.keys.public_key();
    let good = Provision::new(NODE, 0, gateway, &[1; 32]).to_frame();
    let sent = world.recorded.len();
    for bit in 0..good.len() * 8 {
        let mut bad = good;
        bad[bit / 8] ^= 1 << (bit % 8);
        world.deliver(&bad);
        world.step();
    }
    world.deliver(&good[..good.len() - 1]);
    world.deliver(&Provision::new(NodeId(0), 0, gateway, &[1; 32]).to_frame());
    world.deliver(&Provision::new(NODE, 0, PublicKey::from_bytes([0; 32]), &[1; 32]).to_frame());
    world.run(100);
    assert!(world.recorded[sent..].iter().all(|frame| frame[0] == 0x14), "plain trouble only");
    assert_eq!(world.stock.bus.0.borrow().written, 0);
}

#[test]
fn the_seed_decides_the_key_of_a_node_without_noise_and_only_of_that() {
    let key_of = |world: &mut World<MemoryOnly>, seed| {
        let gateway = world.gateway.keys.public_key();
        world.deliver(&Provision::new(NODE, 0, gateway, &seed).to_frame());
        world.run(100);
        *enrolled_keys(world).last().unwrap()
    };
    let one = key_of(&mut World::new(6, settings(64)), [1; 32]);
    assert_eq!(one, key_of(&mut World::new(7, settings(64)), [1; 32]));
    assert_ne!(one, key_of(&mut World::new(8, settings(64)), [2; 32]));

    let key_of = |seed| {
        let mut world = World::<Both>::new(seed, settings(64));
        let gateway = world.gateway.keys.public_key();
        world.deliver(&Provision::new(NODE, 0, gateway, &[1; 32]).to_frame());
        world.run(100);
        *enrolled_keys(&world).last().unwrap()
    };
    assert_ne!(key_of(9), key_of(10), "noise goes into the key");
}

#[test]
fn a_node_without_memory_takes_no_key_from_a_bad_noise_source() {
    let mut world = World::<NoiseOnly>::new(11, settings(64));
    *world.stock.noise.mood.borrow_mut() = Mood::Stuck;
    world.run(100);
    let provision = world.gateway.provision();
    world.deliver(&provision.to_frame());
    world.run(1_000);
    assert_eq!(world.gateway.troubles(Trouble::Entropy), 1);
    assert_eq!(*world.stock.flash.0.borrow(), [0xff; 1024]);
    // Another source, another start.
    *world.stock.noise.mood.borrow_mut() = Mood::Works;
    world.reset();
    world.enrol();
    world.run_until_readings(2);
}

#[test]
fn an_erased_memory_can_be_provisioned_and_has_another_key() {
    let mut world = World::<MemoryOnly>::enrolled(12, settings(64));
    world.stock.bus.0.borrow_mut().cells.fill(0xff);
    world.reset();
    world.gateway.peer = None;
    world.enrol();
    world.run_until_readings(2);
    let keys = enrolled_keys(&world);
    assert_ne!(keys.first(), keys.last());
}

#[test]
fn the_stored_seed_does_not_give_the_key() {
    let mut world = World::<MemoryOnly>::new(13, settings(64));
    // Two slots each for seed, lease and identity; cut before the first boot replaces the seed.
    world.stock.bus.0.borrow_mut().until_cut = Some(2 * (48 + 32 + 81));
    let provision = world.gateway.provision();
    world.deliver(&provision.to_frame());
    world.step();
    assert!(!world.power.is_on());
    let cells = world.stock.bus.0.borrow().cells.clone();
    let seed: [u8; 32] = cells[384 + 4..][..32].try_into().unwrap();
    let secret: [u8; 32] = cells[IDENTITY_BASE as usize + 128 + 4 + 5..][..32].try_into().unwrap();
    assert_ne!(seed, [0xff; 32]);

    let drawn = |seed| SecretKey::generate(&mut Drbg::from_seed(seed)).unwrap();
    for guess in [&seed, provision.expose_seed()] {
        assert_ne!(drawn(guess), SecretKey::from_bytes(secret));
        assert_ne!(*guess, secret);
    }
    assert_ne!(seed, *provision.expose_seed());
    // And these were the seed and the key.
    assert_ne!(seed, [0; 32]);
    let public = SecretKey::from_bytes(secret).public_key();
    assert!(enrolled_keys(&world).iter().all(|key| *key == public));
}
