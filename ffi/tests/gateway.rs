//! A phone as a gateway: what an app sees of a sensor, on disks that fail and after restarts.

mod world;

use std::sync::{Arc, Mutex};

use saltbox::telemetry::{CommandReply, Downlink, Kind, Outcome as Done};
use saltbox_ffi::{
    Command, Gateway, Outcome, PeerStore, Reading, Received, Refusal, SaltboxError, StoreError,
};
use world::{Disk, Sensor, at};

fn refusal(gateway: &Gateway, frame: &[u8]) -> Option<Refusal> {
    match gateway.receive(frame.to_vec(), at(0)).unwrap().received {
        Received::Refused { why, .. } => Some(why),
        _ => None,
    }
}

#[test]
fn a_sensor_is_enrolled_read_and_commanded() {
    let gateway = Disk::new().start();
    let mut sensor = Sensor::enrol(&gateway, 7);
    sensor.boot(&gateway);

    let turn = gateway.receive(sensor.measure(36_500), at(0)).unwrap();
    let Received::Data { node: 7, reading: Some(reading), .. } = turn.received else { panic!() };
    assert_eq!(reading, Reading::Temperature { millidegrees: 36_500 });
    assert!(turn.send.is_empty());

    let command = Command::SetInterval { millis: 5_000 };
    let frame = gateway.command(7, command).unwrap().expect("a session stands");
    assert_eq!(gateway.node(7).unwrap().unwrap().waiting, Some(command));
    assert_eq!(gateway.command(7, command), Err(SaltboxError::Busy));
    // The line lost it: it comes again after the next frame, the same bytes.
    let turn = gateway.receive(sensor.measure(36_600), at(0)).unwrap();
    assert_eq!(turn.send, std::slice::from_ref(&frame));

    let opened = sensor.session.as_mut().unwrap().open(&mut frame.clone()).unwrap();
    let Downlink::Command { number, .. } = opened else { panic!() };
    let reply = CommandReply { number, outcome: Done::Done }.encode();
    let turn = gateway.receive(sensor.seal(Kind::Reply, &reply), at(0)).unwrap();
    let Received::Reply { command: done, outcome, .. } = turn.received else { panic!() };
    assert_eq!((done, outcome), (command, Outcome::Done));
    let node = gateway.node(7).unwrap().unwrap();
    assert_eq!((node.waiting, node.interval_millis), (None, 5_000));
}

#[test]
fn a_killed_app_accepts_nothing_twice() {
    let disk = Disk::new();
    let gateway = disk.start();
    let mut sensor = Sensor::enrol(&gateway, 7);
    sensor.boot(&gateway);
    let old = sensor.measure(1);
    assert_eq!(refusal(&gateway, &old), None);
    drop(gateway);

    let gateway = disk.start();
    assert_eq!(refusal(&gateway, &old), Some(Refusal::Replayed));
    // The session stands: no new one is needed.
    assert_eq!(refusal(&gateway, &sensor.measure(2)), None);
}

#[test]
fn a_disk_that_fails_changes_nothing() {
    let disk = Disk::new();
    let gateway = disk.start();
    let mut sensor = Sensor::enrol(&gateway, 7);
    let mut opening = sensor.open();
    let full = SaltboxError::Store { reason: "the disk is full".to_owned() };

    disk.set_broken(true);
    let frame = opening.frame().to_vec();
    assert_eq!(gateway.receive(frame.clone(), at(0)).err(), Some(full.clone()));
    assert_eq!(gateway.node(7).err(), Some(full.clone()));
    assert_eq!(gateway.command(7, Command::RequestStatus).err(), Some(full.clone()));
    assert_eq!(gateway.rotate(at(0)).err(), Some(full.clone()));
    disk.set_broken(false);
    assert_eq!(gateway.epoch(), Ok(0));

    let turn = gateway.receive(frame, at(0)).unwrap();
    sensor.take(&mut opening, &turn.send[0]);
    let reading = sensor.measure(1);
    disk.set_broken(true);
    assert_eq!(gateway.receive(reading.clone(), at(0)).err(), Some(full));
    disk.set_broken(false);
    // It was not accepted, so that it is now.
    assert_eq!(refusal(&gateway, &reading), None);
    assert_eq!(refusal(&gateway, &reading), Some(Refusal::Replayed));
}

#[test]
fn what_is_stored_says_nothing_and_is_not_taken_changed() {
    let disk = Disk::new();
    let gateway = disk.start();
    Sensor::enrol(&gateway, 7);
    Sensor::enrol(&gateway, 8);
    let records = disk.records();
    let key = gateway.node(7).unwrap().unwrap().public_key.to_bytes();
    assert!(!records[&7].windows(32).any(|part| part == key));

    for at in [0, 24, 100, records[&7].len() - 1] {
        let mut changed = records[&7].clone();
        changed[at] ^= 1;
        disk.put_record(7, changed);
        assert_eq!(gateway.node(7).err(), Some(SaltboxError::StoreDamaged), "byte {at}");
    }
    disk.put_record(7, records[&8].clone());
    assert_eq!(gateway.node(7).err(), Some(SaltboxError::StoreDamaged), "another sensor's");
    disk.put_record(7, records[&7].clone());
    assert!(gateway.node(7).unwrap().is_some());
}

#[test]
fn a_number_is_given_once() {
    let gateway = Disk::new().start();
    Sensor::enrol(&gateway, 7);
    let offer = || {
        let key = saltbox::keys::SecretKey::from_bytes([1; 32]).public_key();
        let enrolled = saltbox::telemetry::Enrolled {
            node: saltbox::telemetry::NodeId(7),
            epoch: 0,
            public: key,
            features: saltbox::telemetry::Features::NOISE,
        };
        match gateway.receive(enrolled.to_frame().to_vec(), at(0)).unwrap().received {
            Received::EnrolmentOffered { enrolled } => enrolled,
            _ => panic!(),
        }
    };
    assert_eq!(gateway.enrol(&offer(), 1_000), Err(SaltboxError::AlreadyEnrolled));
    gateway.revoke(7).unwrap();
    gateway.enrol(&offer(), 1_000).unwrap();
    assert!(!gateway.node(7).unwrap().unwrap().revoked);
    gateway.replace(&offer(), 2_000).unwrap();
    assert_eq!(gateway.node(7).unwrap().unwrap().interval_millis, 2_000);
}

#[test]
fn a_revoked_sensor_says_nothing_any_more() {
    let gateway = Disk::new().start();
    let mut sensor = Sensor::enrol(&gateway, 7);
    sensor.boot(&gateway);
    gateway.revoke(7).unwrap();
    assert_eq!(refusal(&gateway, &sensor.measure(1)), Some(Refusal::Revoked));
    assert_eq!(gateway.command(7, Command::RequestStatus), Err(SaltboxError::Revoked));
}

#[test]
fn a_replaced_key_is_accepted_until_its_time_and_then_gone() {
    let disk = Disk::new();
    let gateway = disk.start();
    let mut sensor = Sensor::enrol(&gateway, 7);
    gateway.rotate(at(60)).unwrap();
    sensor.boot(&gateway);
    let turn = gateway.receive(sensor.measure(1), at(60)).unwrap();
    assert!(matches!(turn.received, Received::Data { .. }));
    let turn = gateway.receive(sensor.measure(2), at(61)).unwrap();
    assert!(matches!(turn.received, Received::Refused { why: Refusal::Retired, .. }));
    // Not even an earlier clock brings it back, here or after a restart.
    for gateway in [gateway, disk.start()] {
        let turn = gateway.receive(sensor.measure(3), at(0)).unwrap();
        assert!(matches!(turn.received, Received::Refused { why: Refusal::Retired, .. }));
        assert_eq!(gateway.epoch(), Ok(1));
    }
}

#[test]
fn an_old_memory_is_told_to_stop() {
    let gateway = Disk::new().start();
    let mut sensor = Sensor::enrol(&gateway, 7);
    let old = sensor.open();
    sensor.boot(&gateway);
    let turn = gateway.receive(old.frame().to_vec(), at(0)).unwrap();
    assert!(matches!(turn.received, Received::Refused { why: Refusal::RolledBack, .. }));
    assert_eq!(turn.send.len(), 1, "the sealed refusal is to be sent");
}

/// A store that calls the gateway it belongs to, or panics.
#[derive(Default)]
struct Meddling {
    gateway: Mutex<Option<Arc<Gateway>>>,
    said: Mutex<Vec<SaltboxError>>,
}

impl PeerStore for Meddling {
    fn load(&self, node: u32) -> Result<Option<Vec<u8>>, StoreError> {
        assert_ne!(node, 13, "a store that panics");
        let gateway = self.gateway.lock().unwrap().clone();
        if let Some(gateway) = gateway {
            let errors = [
                gateway.node(node).err(),
                gateway.public_key().err(),
                gateway.provision_frame(node).err(),
                gateway.wipe().err(),
            ];
            self.said.lock().unwrap().extend(errors.into_iter().flatten());
        }
        Ok(None)
    }

    fn save(&self, _: u32, _: Vec<u8>, _: Option<Vec<u8>>) -> Result<(), StoreError> {
        Ok(())
    }

    fn has_seen(&self, _: u32, _: Vec<u8>) -> Result<bool, StoreError> {
        Ok(false)
    }
}

#[test]
fn a_store_that_calls_back_or_panics_harms_nobody() {
    let store = Arc::new(Meddling::default());
    let gateway = Gateway::open(Disk::new(), store.clone()).unwrap();
    *store.gateway.lock().unwrap() = Some(gateway.clone());
    assert!(gateway.node(7).unwrap().is_none());
    assert_eq!(*store.said.lock().unwrap(), [const { SaltboxError::Busy }; 4]);
    assert_eq!(gateway.node(13).err(), Some(SaltboxError::Internal));
    assert!(gateway.node(7).unwrap().is_none());
}
