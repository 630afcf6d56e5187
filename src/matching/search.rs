//! How far the search for an expert goes: exact and near first, wider with waiting. Pure.
//!
//! A step is waited for only while someone whom it takes in is merely full: a place may come free.
//! Where nobody is left to wait for, the search widens at once.

use crate::core::Text;
use crate::matching::settings::MatchingSettings;
use chrono::Duration;

crate::word_enum! {
    /// How far the search has been widened. The table has the same words in a CHECK.
    pub enum SearchStep {
        /// A specialty in the very kind, in the enterprise's city.
        Exact = "exact",
        /// One in the class, too.
        Class = "class",
        /// The whole province, and related classes.
        Province = "province",
        /// No one: the admins' queue.
        Queue = "queue",
    }
}

impl SearchStep {
    /// The next wider step; the queue is the last.
    pub fn wider(self) -> Self {
        match self {
            Self::Exact => Self::Class,
            Self::Class => Self::Province,
            Self::Province | Self::Queue => Self::Queue,
        }
    }

    /// After how long a wait the search comes to this step at the latest.
    pub fn after(self, settings: &MatchingSettings) -> Duration {
        let seconds = match self {
            Self::Exact => 0,
            Self::Class => settings.widen_class_seconds,
            Self::Province => settings.widen_province_seconds,
            Self::Queue => settings.alarm_seconds,
        };
        Duration::seconds(i64::from(seconds))
    }

    /// The word of the consultation's history.
    pub fn event(self) -> &'static str {
        match self {
            Self::Exact => "search",
            Self::Class => "widen_class",
            Self::Province => "widen_province",
            Self::Queue => "queue",
        }
    }

    /// What the step means, for people.
    pub fn text(self) -> Text {
        match self {
            Self::Exact => Text::new("本市专长正是该产品的专家", "experts of this very kind in the city"),
            Self::Class => Text::new("扩大到本市同类产品的专家", "widened to the class, in the city"),
            Self::Province => {
                Text::new("扩大到全省及相近类别的专家", "widened to the province and to related classes")
            }
            Self::Queue => {
                Text::new("暂无专家可派，已转监管人员处理", "no expert is available; officers were alerted")
            }
        }
    }
}

/// Whether to go on to the next step: its time has come, the search was there before, or there is
/// nobody in the present one to wait for.
pub fn widens(
    from: SearchStep,
    reached: SearchStep,
    waited: Duration,
    settings: &MatchingSettings,
    hope: bool,
) -> bool {
    let next = from.wider();
    next <= reached || waited >= next.after(settings) || !hope
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static SETTINGS: LazyLock<MatchingSettings> = LazyLock::new(MatchingSettings::default);

    /// The step that a search comes to without finding anyone, where `hope` says for each step
    /// whether someone is worth waiting for.
    fn reach(reached: SearchStep, waited: i64, hope: [bool; 3]) -> SearchStep {
        let mut step = SearchStep::Exact;
        for hope in hope {
            if !widens(step, reached, Duration::seconds(waited), &SETTINGS, hope) {
                return step;
            }
            step = step.wider();
        }
        step
    }

    #[test]
    fn waiting_widens_and_nobody_to_wait_for_widens_at_once() {
        let m = &*SETTINGS;
        assert_eq!(reach(SearchStep::Exact, 0, [false; 3]), SearchStep::Queue);
        assert_eq!(reach(SearchStep::Exact, 0, [true; 3]), SearchStep::Exact);
        assert_eq!(reach(SearchStep::Exact, 0, [false, true, true]), SearchStep::Class);
        assert_eq!(reach(SearchStep::Exact, m.widen_class_seconds.into(), [true; 3]), SearchStep::Class);
        assert_eq!(
            reach(SearchStep::Exact, m.widen_province_seconds.into(), [true; 3]),
            SearchStep::Province
        );
        assert_eq!(reach(SearchStep::Exact, m.alarm_seconds.into(), [true; 3]), SearchStep::Queue);
        assert_eq!(reach(SearchStep::Province, 0, [true; 3]), SearchStep::Province, "never back");
    }

    proptest! {
        #[test]
        fn the_search_never_narrows(
            a in 0i64..2000, more in 0i64..2000, hope in any::<[bool; 3]>(), reached in proptest::sample::select(SearchStep::ALL)
        ) {
            let first = reach(reached, a, hope);
            prop_assert!(reach(reached, a + more, hope) >= first);
            prop_assert!(first >= reached.min(SearchStep::Queue));
        }
    }
}
