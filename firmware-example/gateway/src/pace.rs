//! How often the same answer is given to the same node.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use saltbox::telemetry::NodeId;

use crate::event::{Action, Event};

/// An action, and how often it may be done.
pub(crate) struct Paced(pub(crate) Action, pub(crate) Option<Answer>);

impl Paced {
    pub(crate) const fn tell(event: Event) -> Self {
        Self(Action::Tell(event), None)
    }
}

/// An answer that is paced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Answer {
    /// "Open a session", to a frame that nothing opens: anybody can provoke it.
    Ask,
    /// "This key is retired": anybody can provoke it.
    Notice,
    /// The sealed "rolled back".
    RolledBack,
    /// The waiting command of this number in the database.
    Command(i64),
}

impl Answer {
    const fn every(self) -> Duration {
        match self {
            Self::Ask | Self::Notice => Duration::from_secs(5),
            Self::RolledBack => Duration::from_secs(1),
            Self::Command(_) => Duration::from_secs(2),
        }
    }

    /// Commands share a place: a node has one at a time.
    const fn place(self) -> u8 {
        match self {
            Self::Ask => 0,
            Self::Notice => 1,
            Self::RolledBack => 2,
            Self::Command(_) => 3,
        }
    }
}

/// When each answer was last given. Only for enrolled nodes, so that strangers cannot make it grow.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    last: HashMap<(NodeId, u8), (Answer, SystemTime)>,
}

impl Pace {
    /// Whether `answer` may be given to `node` now; if so, it counts as given.
    pub(crate) fn allows(&mut self, node: NodeId, answer: Answer, now: SystemTime) -> bool {
        let place = (node, answer.place());
        if let Some((same, at)) = self.last.get(&place) {
            // A clock that was put back allows it: better once too often than never again.
            let since = now.duration_since(*at).unwrap_or(Duration::MAX);
            if *same == answer && since < answer.every() {
                return false;
            }
        }
        self.last.insert(place, (answer, now));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: NodeId = NodeId(7);

    #[test]
    fn the_same_answer_waits_and_another_does_not() {
        let mut pace = Pace::default();
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000);
        let at = |millis| start + Duration::from_millis(millis);
        assert!(pace.allows(NODE, Answer::Ask, at(0)));
        assert!(!pace.allows(NODE, Answer::Ask, at(4_999)));
        assert!(pace.allows(NODE, Answer::Notice, at(4_999)));
        assert!(pace.allows(NodeId(8), Answer::Ask, at(4_999)));
        assert!(pace.allows(NODE, Answer::Ask, at(5_000)));

        assert!(pace.allows(NODE, Answer::Command(1), at(0)));
        assert!(!pace.allows(NODE, Answer::Command(1), at(1_999)));
        assert!(pace.allows(NODE, Answer::Command(2), at(1_999)));
    }

    #[test]
    fn a_clock_put_back_silences_nobody() {
        let mut pace = Pace::default();
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        assert!(pace.allows(NODE, Answer::Ask, now));
        assert!(pace.allows(NODE, Answer::Ask, now - Duration::from_secs(900_000)));
    }
}
