//! The ephemeral keys of accepted sessions.

use crate::keys::PublicKey;
use crate::telemetry::NodeId;

/// The ephemeral keys of all sessions that were ever accepted, kept for good: 32 bytes a session.
pub trait Ephemerals {
    /// What can go wrong with the store.
    type Error;

    /// Whether `key` was remembered for `node`.
    ///
    /// # Errors
    ///
    /// The store's own; then the session is not accepted.
    fn seen(&mut self, node: NodeId, key: &PublicKey) -> Result<bool, Self::Error>;

    /// Remembers `key` for `node`, in the same transaction as the changed [`Peer`](crate::telemetry::Peer).
    ///
    /// # Errors
    ///
    /// The store's own; then the session is not accepted.
    fn remember(&mut self, node: NodeId, key: &PublicKey) -> Result<(), Self::Error>;
}

/// Up to `N` ephemeral keys in memory: for tests, and for a gateway that enrols its nodes anew at each start.
#[derive(Debug)]
pub struct SeenEphemerals<const N: usize> {
    keys: [Option<(NodeId, PublicKey)>; N],
}

impl<const N: usize> SeenEphemerals<N> {
    /// None yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { keys: [None; N] }
    }
}

impl<const N: usize> Default for SeenEphemerals<N> {
    fn default() -> Self {
        Self::new()
    }
}

/// A [`SeenEphemerals`] has no more room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl<const N: usize> Ephemerals for SeenEphemerals<N> {
    type Error = Full;

    fn seen(&mut self, node: NodeId, key: &PublicKey) -> Result<bool, Full> {
        Ok(self.keys.contains(&Some((node, *key))))
    }

    fn remember(&mut self, node: NodeId, key: &PublicKey) -> Result<(), Full> {
        let free = self.keys.iter_mut().find(|slot| slot.is_none()).ok_or(Full)?;
        *free = Some((node, *key));
        Ok(())
    }
}
