//! The words of credit conduct. The tables have the same words in CHECKs.

crate::word_enum! {
    /// The state of an entry. That it has expired follows from its last day.
    pub enum ConductState {
        /// Entered; nobody of the enterprise was notified yet (已登记).
        Entered = "entered",
        /// The enterprise was notified (已告知).
        Notified = "notified",
        /// An objection waits for its decision (异议中).
        Contested = "contested",
        /// An application for credit repair waits for its decision (修复审核中).
        RepairPending = "repair_pending",
        /// Repaired: it no longer counts (已修复).
        Repaired = "repaired",
        /// Annulled: it never counted (已撤销).
        Annulled = "annulled",
    }
}

crate::word_texts! { ConductState {
    Entered => "已登记", "entered";
    Notified => "已告知", "notified";
    Contested => "异议中", "contested";
    RepairPending => "修复审核中", "repair pending";
    Repaired => "已修复", "repaired";
    Annulled => "已撤销", "annulled";
} }

crate::word_enum! {
    /// The credit grade, the best first.
    pub enum Grade {
        /// A 级.
        A = "a",
        /// B 级.
        B = "b",
        /// C 级.
        C = "c",
        /// D 级.
        D = "d",
    }
}

crate::word_texts! { Grade {
    A => "A 级", "grade A";
    B => "B 级", "grade B";
    C => "C 级", "grade C";
    D => "D 级", "grade D";
} }

crate::word_enum! {
    /// Whether it was done on purpose, as the decision says.
    pub enum Intent {
        /// The decision says nothing of it.
        NotStated = "not_stated",
        /// By negligence (过失).
        Negligent = "negligent",
        /// On purpose (故意).
        Intentional = "intentional",
    }
}

crate::word_texts! { Intent {
    NotStated => "未认定", "not stated";
    Negligent => "过失", "negligent";
    Intentional => "故意", "intentional";
} }

crate::word_enum! {
    /// What an entry comes from.
    pub enum ConductSource {
        /// The result of an inspection.
        Inspection = "inspection",
        /// The course of a case.
        Case = "case",
        /// A penalty decision that an officer entered.
        Penalty = "penalty",
        /// A list of penalty decisions.
        Import = "import",
        /// A commitment that was kept or broken.
        Commitment = "commitment",
        /// An officer's own finding.
        Officer = "officer",
    }
}

crate::word_texts! { ConductSource {
    Inspection => "监督检查", "inspection";
    Case => "整改案件", "case";
    Penalty => "行政处罚", "penalty";
    Import => "处罚清单导入", "list of penalties";
    Commitment => "质量承诺", "commitment";
    Officer => "监管人员登记", "entered by an officer";
} }

crate::word_enum! {
    /// Why an entry was annulled.
    pub enum AnnulGround {
        /// An objection was found right (异议成立).
        Objection = "objection",
        /// It was entered by mistake (登记有误).
        Mistake = "mistake",
        /// A superior authority withdrew the decision (上级撤销).
        Superior = "superior",
        /// A court withdrew the decision (法院撤销).
        Court = "court",
    }
}

crate::word_texts! { AnnulGround {
    Objection => "异议成立", "objection found right";
    Mistake => "登记有误", "entered by mistake";
    Superior => "上级机关撤销", "withdrawn by a superior authority";
    Court => "法院撤销", "withdrawn by a court";
} }

crate::word_enum! {
    /// How several entries about one fact count.
    pub enum EntriesOfAFact {
        /// The one with the most points counts.
        Highest = "highest",
    }
}

crate::word_enum! {
    /// What a condition of credit repair asks for.
    pub enum RepairCheck {
        /// The waiting time of the behaviour has passed.
        Waited = "waited",
        /// Nothing of the same kind happened since.
        NoRepeat = "no_repeat",
        /// The enterprise is on no list of severe breaches.
        NotSevere = "not_severe",
        /// The enterprise declares it and hands in evidence.
        Declared = "declared",
    }
}
