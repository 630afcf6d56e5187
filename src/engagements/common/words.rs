//! The words of trainings, commitments, follow-ups and outreach. The tables have the same words in CHECKs.

use crate::engagements::state::EngagementState;

crate::word_enum! {
    /// What a check-up found.
    pub enum FollowUpResult {
        /// Nothing came back (状况良好).
        Well = "well",
        /// Signs that the fault comes back (有反弹迹象).
        RelapseSigns = "relapse_signs",
        /// The enterprise was not found (未找到企业).
        NotFound = "not_found",
    }
}

crate::word_texts! { FollowUpResult {
    Well => "状况良好", "well";
    RelapseSigns => "有反弹迹象", "signs of a relapse";
    NotFound => "未找到企业", "not found";
} }

crate::word_enum! {
    /// Where an event for the public takes place.
    pub enum PlaceKind {
        /// In a residential community (进社区).
        Community = "community",
        /// In a school (进校园).
        School = "school",
        /// In a township (进乡镇).
        Township = "township",
    }
}

crate::word_texts! { PlaceKind {
    Community => "进社区", "community";
    School => "进校园", "school";
    Township => "进乡镇", "township";
} }

crate::word_enum! {
    /// Which enterprises of the zero-out list are invited.
    pub enum ListStatus {
        /// Something of it is not cleared.
        Open = "open",
        /// All of it is cleared.
        Cleared = "cleared",
        /// It is on the list, cleared or not.
        Listed = "listed",
        /// On the list or not.
        Any = "any",
    }
}

crate::word_texts! { ListStatus {
    Open => "未清零", "not cleared";
    Cleared => "已清零", "cleared";
    Listed => "名单内全部", "on the list";
    Any => "不限", "any";
} }

crate::word_enum! {
    /// State of a promise on a day.
    pub enum PromiseState {
        /// Not due yet.
        Open = "open",
        /// Reported as carried out in time.
        Done = "done",
        /// Reported as carried out after its day.
        Late = "late",
        /// Past due, and not reported.
        Overdue = "overdue",
    }
}

crate::word_texts! { PromiseState {
    Open => "未到期", "not due yet";
    Done => "已完成", "carried out";
    Late => "逾期完成", "carried out late";
    Overdue => "已逾期", "overdue";
} }

crate::word_enum! {
    /// State of a commitment, as everybody reads it. Whether it was kept or broken is not published while the finding is contested, nor once its
    /// entry of credit conduct was annulled.
    pub enum PublicState {
        /// Signed; not all promises are due yet.
        Running = "running",
        /// All promises were kept.
        Kept = "kept",
        /// A promise was broken.
        Broken = "broken",
        /// The finding is contested.
        Contested = "contested",
        /// The finding was taken back.
        TakenBack = "taken_back",
        /// Released.
        Released = "released",
    }
}

crate::word_texts! { PublicState {
    Running => "履行中", "running";
    Kept => "已履行", "kept";
    Broken => "未履行", "broken";
    Contested => "异议处理中", "contested";
    TakenBack => "认定已撤销", "finding taken back";
    Released => "已解除", "released";
} }

crate::word_enum! {
    /// What an officer finds of a commitment.
    pub enum Outcome {
        /// It was kept.
        Kept = "kept",
        /// It was broken.
        Broken = "broken",
        /// The enterprise is released from it.
        Released = "released",
    }
}

crate::word_texts! { Outcome {
    Kept => "认定已履行", "kept";
    Broken => "认定未履行", "broken";
    Released => "解除承诺", "released";
} }

crate::word_enum! {
    /// A step of a training, a follow-up or an event.
    pub enum KindStep {
        /// It took place.
        Hold = "hold",
        /// It is done.
        Close = "close",
        /// It is called off.
        Cancel = "cancel",
        /// Of a training: the last step was a mistake and is taken back.
        TakeBack = "take_back",
    }
}

crate::word_texts! { KindStep {
    Hold => "登记已开展", "held";
    Close => "办结", "closed";
    Cancel => "取消", "called off";
    TakeBack => "撤回误登记", "taken back";
} }

/// The colour of a state.
pub fn tone(state: EngagementState) -> &'static str {
    use EngagementState as S;
    match state {
        S::Drafted | S::Proposed | S::Planned => "warn",
        S::Signed | S::Confirmed | S::Started | S::Held | S::Minuted | S::Kept => "good",
        S::Broken | S::NoShow => "bad",
        S::Closed | S::Cancelled | S::Released => "none",
    }
}
