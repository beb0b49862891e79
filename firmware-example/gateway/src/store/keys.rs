//! The gateway's key and, during an overlap, the one before it.

use saltbox::keys::{KEY_LEN, SecretKey};
use saltbox::telemetry::GatewayKeys;
use zeroize::Zeroizing;

use super::Tx;
use super::vault::Role;
use crate::Error;

/// A secret key, and the last second in which it is accepted; the current one has no last second.
const ROW_LEN: usize = KEY_LEN + 8;
const CURRENT: u64 = u64::MAX;

impl Tx<'_> {
    /// Changes whenever the keys do: the newest epoch, and how many keys there are.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn keys_stamp(&self) -> Result<(i64, i64), Error> {
        Ok(self.db.query_row("SELECT coalesce(max(epoch), -1), count(*) FROM keys", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?)
    }

    /// Reads the keys.
    ///
    /// # Errors
    ///
    /// [`Error::Damaged`] if they are not what was sealed.
    pub fn keys(&self) -> Result<GatewayKeys, Error> {
        let damaged = || Error::Damaged("has no gateway key: put a backup in its place".to_owned());
        let mut statement =
            self.db.prepare("SELECT epoch, sealed FROM keys ORDER BY epoch DESC")?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, u8>(0)?, row.get(1)?)))?;
        let rows = rows.collect::<rusqlite::Result<Vec<(u8, Vec<u8>)>>>()?;
        let mut opened = Vec::new();
        for (epoch, sealed) in rows {
            let row = self.vault.open::<ROW_LEN>(Role::GatewayKey, epoch.into(), &sealed)?;
            let (secret, until) = row.split_first_chunk::<KEY_LEN>().ok_or_else(damaged)?;
            let until = u64::from_le_bytes(until.try_into().map_err(|_| damaged())?);
            opened.push((epoch, SecretKey::from_bytes(*secret), until));
        }
        let mut opened = opened.into_iter();
        match (opened.next(), opened.next(), opened.next()) {
            (Some((epoch, secret, CURRENT)), None, None) => {
                Ok(GatewayKeys::restore(epoch, secret, None))
            }
            (Some((epoch, secret, CURRENT)), Some((last, previous, until)), None)
                if last.checked_add(1) == Some(epoch) =>
            {
                Ok(GatewayKeys::restore(epoch, secret, Some((previous, until))))
            }
            _ => Err(damaged()),
        }
    }

    /// Keeps `keys` and overwrites whatever was kept before.
    ///
    /// # Errors
    ///
    /// [`Error::Database`].
    pub fn save_keys(&self, keys: &GatewayKeys) -> Result<(), Error> {
        self.db.execute("DELETE FROM keys", [])?;
        self.insert_key(keys.epoch(), keys.secret_key(), CURRENT)?;
        if let (Some((secret, until)), Some(epoch)) = (keys.previous(), keys.epoch().checked_sub(1))
        {
            self.insert_key(epoch, secret, until.min(CURRENT - 1))?;
        }
        Ok(())
    }

    fn insert_key(&self, epoch: u8, secret: &SecretKey, until: u64) -> Result<(), Error> {
        let mut row = Zeroizing::new([0; ROW_LEN]);
        let (front, back) = row.split_at_mut(KEY_LEN);
        front.copy_from_slice(secret.expose_secret());
        back.copy_from_slice(&until.to_le_bytes());
        let sealed = self.vault.seal(Role::GatewayKey, epoch.into(), &*row)?;
        self.db.execute("INSERT INTO keys VALUES (?1, ?2)", (epoch, sealed))?;
        Ok(())
    }
}
