//! The noise source, from untested to trusted or failed.

use saltbox::rng::{
    EntropyError, EntropySource, HealthyRandom, MinEntropy, RandomSource, SEED_LEN,
};

/// For a board without a noise source.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoNoise;

impl EntropySource for NoNoise {
    const MIN_ENTROPY: MinEntropy = MinEntropy::bits(1).unwrap();
    type Error = Self;

    fn sample(&mut self) -> Result<u8, Self> {
        Err(Self)
    }
}

/// A source whose start-up test waits for the first draw, and which never comes back once it has failed.
pub(crate) enum Noise<S> {
    Untested(S),
    Healthy(HealthyRandom<S>),
    Failed(EntropyError),
}

impl<S: EntropySource> Noise<S> {
    /// Fills `out` from samples that were taken for it.
    pub(crate) fn draw(&mut self, out: &mut [u8; SEED_LEN]) -> Result<(), EntropyError> {
        let result = match self.healthy() {
            Ok(random) => random.fill(out),
            Err(error) => Err(error),
        };
        if let Err(error) = result {
            *self = Self::Failed(error);
        }
        result
    }

    pub(crate) const fn has_failed(&self) -> bool {
        matches!(self, Self::Failed(_))
    }

    fn healthy(&mut self) -> Result<&mut HealthyRandom<S>, EntropyError> {
        if let Self::Healthy(random) = self {
            random.reseed()?;
        } else if let Self::Untested(source) =
            core::mem::replace(self, Self::Failed(EntropyError::SourceFailed))
        {
            *self = Self::Healthy(HealthyRandom::start(source, &[])?);
        }
        match self {
            Self::Healthy(random) => Ok(random),
            Self::Failed(error) => Err(*error),
            Self::Untested(_) => Err(EntropyError::SourceFailed),
        }
    }
}
