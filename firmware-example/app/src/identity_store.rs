//! Where the identity lies in a node's memory: for the node, and for a tool that prepares a flash page.
//!
//! | address | what |
//! |---:|---|
//! | 0 | [`NodeMemory`](saltbox::nvm::NodeMemory), where the node has counters in its memory; else nothing |
//! | 512 | the identity's [`Journal`], slots 0 and 1, 81 bytes each and 128 apart |

use saltbox::nvm::{Journal, NODE_MEMORY_LEN, Nvm, NvmError};
use saltbox::telemetry::{IDENTITY_LEN, Identity};
use zeroize::Zeroizing;

/// Where the identity's journal begins: the first page of an EEPROM after the node memory.
pub const IDENTITY_BASE: u32 = 512;
/// Bytes that all of it takes.
pub const MEMORY_LEN: usize = IDENTITY_BASE as usize + Journal::<IDENTITY_LEN>::LEN;

const _: () = assert!(NODE_MEMORY_LEN <= IDENTITY_BASE as usize);
const JOURNAL: Journal<IDENTITY_LEN> = Journal::at(IDENTITY_BASE);

/// Reads the identity; `None` if the node is blank. One X25519.
///
/// # Errors
///
/// [`NvmError::Bus`].
pub fn load<M: Nvm>(memory: &mut M) -> Result<Option<Identity>, NvmError<M::Error>> {
    match JOURNAL.load(memory) {
        Ok(loaded) => Ok(Some(Identity::from_bytes(&loaded.record))),
        Err(NvmError::Empty) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes `identity` over the older copy. When this returns, a reset finds it.
///
/// # Errors
///
/// [`NvmError::NotKept`], [`NvmError::Bus`]: then a reset finds this identity or the one before.
///
/// # Example
///
/// ```
/// # use core::convert::Infallible;
/// use saltbox::keys::SecretKey;
/// use saltbox::nvm::Nvm;
/// use saltbox::telemetry::{Identity, NodeId};
/// use saltbox_node::identity_store::{MEMORY_LEN, keep, load};
/// # struct Page([u8; 1024]);
/// # impl Nvm for Page {
/// #     type Error = Infallible;
/// #     fn read(&mut self, at: u32, out: &mut [u8]) -> Result<(), Infallible> {
/// #         out.copy_from_slice(&self.0[at as usize..][..out.len()]);
/// #         Ok(())
/// #     }
/// #     fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), Infallible> {
/// #         self.0[at as usize..][..bytes.len()].copy_from_slice(bytes);
/// #         Ok(())
/// #     }
/// # }
///
/// let gateway = SecretKey::from_bytes([1; 32]).public_key();
/// let identity = Identity::new(NodeId(7), SecretKey::from_bytes([2; 32]), 0, gateway);
///
/// let mut page = Page([0xff; 1024]);
/// assert!(load(&mut page)?.is_none());
/// keep(&mut page, &identity)?;
/// assert_eq!(load(&mut page)?.unwrap().public_key(), identity.public_key());
/// # Ok::<(), saltbox::nvm::NvmError<Infallible>>(())
/// ```
pub fn keep<M: Nvm>(memory: &mut M, identity: &Identity) -> Result<(), NvmError<M::Error>> {
    let newest = match JOURNAL.load(memory) {
        Ok(loaded) => loaded.generation,
        Err(NvmError::Empty) => 0,
        Err(error) => return Err(error),
    };
    let generation = newest.checked_add(1).ok_or(NvmError::Exhausted)?;
    let mut record = Zeroizing::new([0; IDENTITY_LEN]);
    identity.expose_into(&mut record);
    JOURNAL.store(memory, generation, &record)
}
