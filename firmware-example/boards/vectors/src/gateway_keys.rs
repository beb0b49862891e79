//! A gateway's keys as they are stored.

use saltbox::keys::SecretKey;
use saltbox::telemetry::{GATEWAY_KEYS_LEN, GatewayKeys as Keys};

use crate::Case;

/// How a gateway stores its keys.
pub struct GatewayKeys {
    pub id: &'static str,
    pub epoch: &'static [u8; 1],
    pub current: &'static [u8; 32],
    pub previous: &'static [u8],
    pub until: &'static [u8; 8],
    pub stored: &'static [u8; GATEWAY_KEYS_LEN],
}

impl Case for GatewayKeys {
    fn id(&self) -> &'static str {
        self.id
    }

    fn holds(&self) -> bool {
        let previous = self.previous.as_array().map(|key| SecretKey::from_bytes(*key));
        let previous = previous.map(|key| (key, u64::from_le_bytes(*self.until)));
        let current = SecretKey::from_bytes(*self.current);
        let keys = Keys::restore(self.epoch[0], current, previous);
        let mut stored = [0; GATEWAY_KEYS_LEN];
        keys.expose_into(&mut stored);
        let read = Keys::from_bytes(self.stored);
        stored == *self.stored
            && read.is_ok_and(|read| {
                read.epoch() == keys.epoch()
                    && read.secret_key() == keys.secret_key()
                    && read.previous() == keys.previous()
            })
    }
}
