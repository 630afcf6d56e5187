//! The words of inspections: by which method and for what, as what an operator was inspected, what became of sample and result. The tables have
//! the same words in CHECKs.

crate::word_enum! {
    /// How a product was looked at (检查方式).
    pub enum Method {
        /// A sample is taken and tested by a laboratory (抽样检验).
        Sampling = "sampling",
        /// What the label says is checked by a list (标识检查).
        Label = "label",
        /// A quick test on the spot (快速检测).
        Quick = "quick",
        /// Enterprises test each other's products (交叉互检).
        Cross = "cross",
        /// What an expert found on a visit (上门服务).
        Visit = "visit",
    }
}

crate::word_texts! { Method {
    Sampling => "抽样检验", "sampling";
    Label => "标识检查", "label check";
    Quick => "快速检测", "quick test";
    Cross => "交叉互检", "cross-inspection";
    Visit => "上门服务发现", "finding of a visit";
} }

crate::word_enum! {
    /// What an inspection is for (任务类型).
    pub enum Purpose {
        /// By the yearly plan (计划抽查).
        Routine = "routine",
        /// By a plan for one matter (专项抽查).
        Special = "special",
        /// After a failure (跟踪抽查).
        FollowUp = "follow_up",
        /// Of a correction (复查).
        Reinspection = "reinspection",
        /// In an emergency (应急).
        Emergency = "emergency",
        /// To learn of risks only (风险监测).
        RiskMonitoring = "risk_monitoring",
    }
}

crate::word_texts! { Purpose {
    Routine => "计划抽查", "routine";
    Special => "专项抽查", "special";
    FollowUp => "跟踪抽查", "follow-up";
    Reinspection => "复查", "re-inspection";
    Emergency => "应急抽查", "emergency";
    RiskMonitoring => "风险监测", "risk monitoring";
} }

impl Purpose {
    /// Whether the same product may be sampled again within the months of the ban on repeats: follow-up of failures and emergencies.
    pub const fn may_repeat(self) -> bool {
        matches!(self, Self::FollowUp | Self::Reinspection | Self::Emergency)
    }
}

crate::word_enum! {
    /// As what an operator was inspected (受检单位类型).
    pub enum InspectedRole {
        /// Producer (生产者).
        Producer = "producer",
        /// Seller (销售者).
        Seller = "seller",
        /// Service operator (服务业经营者) who uses the product.
        ServiceUser = "service_user",
        /// Online operator (网络经营者).
        Online = "online",
    }
}

crate::word_texts! { InspectedRole {
    Producer => "生产者", "producer";
    Seller => "销售者", "seller";
    ServiceUser => "服务使用者", "service user";
    Online => "网络经营者", "online seller";
} }

crate::word_enum! {
    /// What the nominal producer (标称生产者) said of the sample.
    pub enum Confirmation {
        /// Asked, and has not answered.
        Pending = "pending",
        /// The product is its own.
        Confirmed = "confirmed",
        /// It did not answer within the term.
        Deemed = "deemed",
        /// It says that the product is not its own.
        Denied = "denied",
        /// It said so without proof.
        DenialRejected = "denial_rejected",
    }
}

crate::word_texts! { Confirmation {
    Pending => "待确认", "waiting for the producer";
    Confirmed => "已确认", "confirmed";
    Deemed => "逾期未回复，视为确认", "deemed confirmed";
    Denied => "否认", "denied";
    DenialRejected => "否认不成立", "denial rejected";
} }

impl Confirmation {
    /// Whether the product counts as the producer's own.
    pub const fn stands(self) -> bool {
        matches!(self, Self::Confirmed | Self::Deemed | Self::DenialRejected)
    }
}

crate::word_enum! {
    /// What an inspection found.
    pub enum Outcome {
        /// Conforms (合格).
        Conforming = "conforming",
        /// Does not conform (不合格).
        Nonconforming = "nonconforming",
        /// Of a quick test: nothing found.
        Clear = "clear",
        /// Of a quick test: to be sampled formally.
        Suspect = "suspect",
        /// Of a quick test: it gave no result.
        Invalid = "invalid",
    }
}

crate::word_texts! { Outcome {
    Conforming => "合格", "conforming";
    Nonconforming => "不合格", "nonconforming";
    Clear => "快检未见异常", "clear";
    Suspect => "快检可疑", "suspect";
    Invalid => "快检无效", "invalid";
} }

impl Outcome {
    /// Whether a result of law can be this: a quick test never is.
    pub const fn is_of_law(self) -> bool {
        matches!(self, Self::Conforming | Self::Nonconforming)
    }
}

crate::word_enum! {
    /// Where the sample is.
    pub enum SampleState {
        /// None was taken.
        None = "none",
        /// Kept, the reserve sample included.
        Held = "held",
        /// Given back to the operator.
        Returned = "returned",
        /// The sample was destroyed.
        Destroyed = "destroyed",
    }
}

crate::word_texts! { SampleState {
    None => "无样品", "no sample";
    Held => "保存中", "held";
    Returned => "已退还", "returned";
    Destroyed => "已处置", "destroyed";
} }

crate::word_enum! {
    /// How an inspection came in.
    pub enum Source {
        /// An operator was drawn for a programme.
        Draw = "draw",
        /// An officer registered it.
        Officer = "officer",
        /// A laboratory, or a body that takes samples, registered it.
        Laboratory = "laboratory",
        /// It stood in a list that was imported.
        Import = "import",
    }
}

crate::word_texts! { Source {
    Draw => "随机抽取", "drawn";
    Officer => "监管人员登记", "registered by an officer";
    Laboratory => "机构登记", "registered by a laboratory";
    Import => "名单导入", "imported";
} }

crate::word_enum! {
    /// Where the sample was taken (抽样渠道).
    pub enum Channel {
        /// Warehouse of finished products (成品仓库).
        Warehouse = "warehouse",
        /// Shelf (货架).
        Shelf = "shelf",
        /// Online (网络).
        Online = "online",
        /// Other (其他).
        Other = "other",
    }
}

crate::word_texts! { Channel {
    Warehouse => "成品仓库", "finished-goods store";
    Shelf => "货架", "shelf";
    Online => "网络", "online";
    Other => "其他", "elsewhere";
} }

crate::word_enum! {
    /// Who has a part in an inspection: whose term it is, and whom a result is delivered to.
    pub enum Party {
        /// The inspected operator (被抽样单位).
        Operator = "operator",
        /// The nominal producer (标称生产者).
        Producer = "producer",
        /// Who tests (承检机构).
        Laboratory = "laboratory",
        /// The authority that organises the inspection (组织部门).
        Organiser = "organiser",
    }
}

crate::word_texts! { Party {
    Operator => "被抽样单位", "operator";
    Producer => "标称生产者", "nominal producer";
    Laboratory => "承检机构", "laboratory";
    Organiser => "组织部门", "organiser";
} }

crate::word_enum! {
    /// What has to be done by a day.
    pub enum Term {
        /// A suspect quick test is followed by a formal sample, or by a reason why not.
        FormalSample = "formal_sample",
        /// The sample is tested and reported.
        Report = "report",
        /// The result is made known to the party.
        Notify = "notify",
        /// The nominal producer answers.
        Confirm = "confirm",
        /// The party may challenge the result.
        Challenge = "challenge",
        /// The re-test is organised.
        Retest = "retest",
        /// The sample of what conforms is given back.
        ReturnSample = "return_sample",
    }
}

crate::word_texts! { Term {
    FormalSample => "快检可疑后正式抽样", "formal sample of a suspect quick test";
    Report => "出具检验报告", "test report";
    Notify => "送达检验结果", "notification of the result";
    Confirm => "标称生产者确认", "producer's confirmation";
    Challenge => "提出异议", "challenge";
    Retest => "组织复检", "re-test";
    ReturnSample => "退还样品", "return of the sample";
} }

crate::word_enum! {
    /// Of which test an item is.
    pub enum Round {
        /// The first test.
        Test = "test",
        /// The re-test.
        Retest = "retest",
    }
}

crate::word_texts! { Round {
    Test => "初检", "test";
    Retest => "复检", "re-test";
} }

crate::word_enum! {
    /// How one inspection follows another.
    pub enum LinkKind {
        /// The formal sample of a suspect quick test.
        Formal = "formal",
        /// The follow-up of a failure.
        FollowUp = "follow_up",
        /// The re-inspection of a correction.
        Reinspection = "reinspection",
    }
}

crate::word_texts! { LinkKind {
    Formal => "正式抽样", "formal sample";
    FollowUp => "跟踪抽查", "follow-up";
    Reinspection => "复查", "re-inspection";
} }

crate::word_enum! {
    /// Why what an inspection caused was taken back.
    pub enum TakenBack {
        /// The re-test overturned the result.
        Overturned = "overturned",
        /// The product is not the producer's own.
        Denied = "denied",
        /// What it rested on was entered wrongly.
        Corrected = "corrected",
        /// The sample is void.
        Void = "void",
        /// The matter went to another procedure.
        HandedOver = "handed_over",
        /// The inspection was withdrawn.
        Withdrawn = "withdrawn",
    }
}

crate::word_texts! { TakenBack {
    Overturned => "复检推翻原结论", "overturned by the re-test";
    Denied => "标称生产者否认成立", "not the producer's product";
    Corrected => "登记更正", "corrected";
    Void => "样品作废", "the sample is void";
    HandedOver => "案件移送", "handed over";
    Withdrawn => "检查记录已撤回", "the inspection was withdrawn";
} }
