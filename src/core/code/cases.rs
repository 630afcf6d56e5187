//! Codes of problems: the chat, consultations, plans of who consults whom, and cases.

/// Hands these rows on to the next macro, behind those that it was given.
macro_rules! case_codes {
    ($next:ident $($later:ident)*; $($rows:tt)*) => {
        $next! { $($later)*; $($rows)*
            // Chat.
            BadHandshake "bad_handshake" 400 "WebSocket 握手有误" "Not a WebSocket handshake"
                "该地址只接受 WebSocket 握手。请用 WebSocket 客户端连接。"
                "This address accepts only WebSocket handshakes. Connect with a WebSocket client.";
            UnknownSubprotocol "unknown_subprotocol" 400 "不支持的子协议" "Unknown subprotocol"
                "握手所提出的子协议中没有本服务器支持的。detail 写明应提出的子协议。"
                "None of the subprotocols that the handshake offers is supported. detail names the one to offer.";
            BadFrame "bad_frame" 400 "消息帧有误" "Invalid frame"
                "聊天连接上收到的帧不是协议所定的形式。请按聊天协议更正；连接仍然保持。"
                "A frame on the chat's connection does not follow the protocol. Correct it; the connection stays open.";
            TooManySubscriptions "too_many_subscriptions" 429 "订阅过多" "Too many subscriptions"
                "本连接订阅的问诊已达上限。请先取消部分订阅，或另开连接。"
                "The connection follows as many consultations as it may. Unsubscribe from some, or open another connection.";
            TooManyMessages "too_many_messages" 429 "当日消息过多" "Too many messages"
                "账号当日发送的消息已达条数或字节数上限。请在 Retry-After 所示的秒数后（次日）再发。"
                "The account has sent as many messages, or as many bytes of them, as it may on one day. Go on after the seconds in Retry-After, on the next day.";
            ClientIdReused "client_id_reused" 409 "client_id 重复使用" "client_id reused"
                "该 client_id 已用于另一问诊或另一消息流的消息。重发同一消息时用原来的 client_id，新消息请用新的。"
                "The client_id was used for a message of another consultation or stream. Repeat a message under its own client_id, and use a new one for a new message.";
            ConsultationConcluded "consultation_concluded" 409 "问诊已办结" "Consultation concluded"
                "问诊已办结，不能再发送消息。需要时请重新打开或另行发起问诊。"
                "The consultation is concluded and takes no more messages. Reopen it or open another one.";

            // Consultations.
            ConsultationStatus "consultation_status" 409 "问诊状态不允许" "Not possible in the consultation\'s status"
                "问诊的当前状态不允许此操作。请刷新问诊，按其当前状态操作。"
                "The present status of the consultation does not allow this. Load the consultation again and go on from there.";
            TooManyOpenConsultations "too_many_open_consultations" 429 "未办结的问诊过多" "Too many open consultations"
                "企业未办结的问诊已达上限。请待其中一件办结后再发起。"
                "The enterprise has as many open consultations as it may have. Open another once one of them is concluded.";
            TooManyOpenings "too_many_openings" 429 "发起问诊过于频繁" "Too many openings"
                "企业在一段时间内发起的问诊已达上限。请在 Retry-After 所示的秒数后重试。"
                "The enterprise has opened as many consultations as it may within this time. Try again after the seconds in Retry-After.";
            ConsultationOpenAlready "consultation_open_already" 409 "已有进行中的问诊" "A consultation is open already"
                "该不合格记录已有进行中的问诊。请在该问诊中继续。"
                "There is an open consultation about this nonconformity. Go on in that one.";
            OfferLapsed "offer_lapsed" 409 "派单已超时" "Offer lapsed"
                "派单的答复时限已过，已转派他人。请等待新的派单。"
                "The time to answer the offer is over, and it goes to someone else. Wait for another offer.";
            NoExpertToPin "no_expert_to_pin" 409 "没有可锁定的专家" "No expert to pin"
                "问诊当前没有专家，不能锁定。请先指派专家。"
                "The consultation has no expert now, so none can be pinned to it. Assign one first.";
            OnPanelAlready "on_panel_already" 409 "专家已在会诊中" "On the panel already"
                "该专家已受邀参加会诊，无须再次邀请。"
                "The expert is on the panel already; no second invitation is needed.";
            OpinionsMissing "opinions_missing" 409 "会诊意见不齐" "Opinions missing"
                "已接受邀请的会诊专家尚有人未发表意见。请等待其发表意见，或说明不等待的原因后签发结论。"
                "Experts of the panel have given no opinion yet. Wait for them, or say in missing_opinions_reason why the conclusion is signed without.";
            PanelFull "panel_full" 409 "会诊名额已满" "Panel is full"
                "会诊专家和未答复的邀请已达上限。请先撤回未答复的邀请，或等待专家婉拒。"
                "Seats and open invitations of the panel have reached the most there may be. Withdraw an invitation that is not answered, or wait until one is declined.";
            PanelRule "panel_rule" 409 "派单规则不允许参加会诊" "A rule keeps you from the panel"
                "按派单规则，受邀专家目前不能参加会诊，例如存在利害关系，或承接数量已满。原因见 detail。"
                "A rule keeps the invited expert from the panel at present, such as a conflict of interest or no free place; the detail says which.";
            InvitationAnswered "invitation_answered" 409 "没有待答复的邀请" "No invitation to answer"
                "会诊邀请已答复、已撤回，或问诊已结束。请以工作台所列邀请为准。"
                "The invitation was answered or withdrawn, or the consultation has ended. The desk lists those that are open.";
            NotConcluded "not_concluded" 409 "问诊尚未办结" "Not concluded yet"
                "问诊办结后方可评价。"
                "A consultation can be rated after it is concluded.";
            AlreadyRated "already_rated" 409 "已经评价" "Rated already"
                "该问诊已经评价，评价不能更改。"
                "The consultation has been rated; a rating cannot be changed.";
            NotRetractable "not_retractable" 409 "消息不能撤回" "Can't be taken back"
                "消息发出后短时间内可以撤回，时限见 detail。整改意见不能撤回；问诊结束后，消息不能撤回。"
                "A message can be taken back for a short while after it was sent, which detail names. Advice stays, and so does all that was said once the consultation has ended.";
            ReopenTooLate "reopen_too_late" 409 "已过重新打开的期限" "Too late to reopen"
                "办结已久，不能重新打开，天数见 detail。请另行发起问诊。"
                "The consultation was concluded too long ago to be reopened; detail names the days. Open another one.";

            // Plans of the matching.
            PlanState "plan_state" 409 "方案状态不允许" "Not possible in the plan\'s state"
                "分派方案的当前状态不允许此操作。请刷新方案后再操作。"
                "The present state of the plan does not allow this. Load the plan again.";
            PlanStale "plan_stale" 409 "方案已过时" "Plan out of date"
                "算出方案以来，名单或专家已有变更。请查看变更并重新计算方案。"
                "The list or the experts have changed since the plan was computed. Look at the changes and compute the plan again.";
            PlanGaveUp "plan_gave_up" 500 "方案计算失败" "Plan could not be computed"
                "方案多次未能算完，已停止计算。请联系平台运营人员。"
                "The computation of the plan failed several times and was stopped. Ask the operator.";

            // Remediation.
            WrongAuthority "wrong_authority" 403 "不属于您的职权" "Not your authority's step"
                "依法应由另一级或另一地区的监管部门办理，detail 写明由谁办理。"
                "By law another authority takes this step; detail names it.";
            CaseExists "case_exists" 409 "案件已存在" "There is a case already"
                "该不合格记录已有整改案件。请在该案件中办理。"
                "This nonconformity has a remediation case already. Go on in that one.";
            CaseState "case_state" 409 "案件状态不允许" "Not possible in the case\'s state"
                "案件的当前状态不允许此步骤，可进行的步骤见 detail。"
                "The present state of the case does not allow this step; detail lists those that it allows.";
            NotToRemind "not_to_remind" 409 "无需提醒" "No reminder needed"
                "该企业今天已提醒过，或者案件没有正在计算的期限，或者企业没有可用的邮箱，见 detail。"
                "The enterprise was reminded today, no deadline of the case runs, or it has no mail address; detail says which.";
            CaseChanged "case_changed" 409 "案件已更新" "The case has changed"
                "在您查看之后，他人已更新案件。请重新读取案件，确认后再提交。"
                "Someone changed the case after you read it. Read it again, check your step and send it with the new version.";
            CaseEnded "case_ended" 409 "案件已结束" "The case has ended"
                "案件已结束，不能再登记内容。"
                "The case has ended; nothing can be added to it.";
            TooEarly "too_early" 409 "未到办理日期" "Too early"
                "法律规定该步骤在一定日期之后方可进行，日期见 detail。"
                "The law allows this step only from a certain day on; detail names the day.";
            TooLate "too_late" 409 "已过期限" "Too late"
                "该步骤的法定期限已届满，日期见 detail。"
                "The legal term for this step is over; detail names its last day.";
            DoneAlready "done_already" 409 "已经办理" "Done already"
                "该步骤只能进行一次，且已经进行。如有错误，请更正原步骤。"
                "This step is taken once, and it was taken already. If it was entered wrongly, correct it.";
            NotReported "not_reported" 409 "尚未上报" "Not reported yet"
                "复查不合格须逐级上报至省级后方可公告。请由 detail 所示的部门先行上报。"
                "A failed re-inspection is reported level by level to the province, which announces it. The authority that detail names reports it first.";
            CorrectedAlready "corrected_already" 409 "步骤已更正" "Corrected already"
                "该步骤已由后来的一步更正。请更正最新的一步，其序号见 detail。"
                "The step has been corrected by a later one. Correct that one; detail names its number.";
            CorrectionUnlawful "correction_unlawful" 409 "更正不合法" "The correction is not lawful"
                "更正之后，案件的某一步骤将不符合法律规定，见 detail 和 errors。请核对更正的内容。"
                "With the correction, a step of the case would be against the law; see detail and errors. Check what you correct.";
            NoEvidence "no_evidence" 409 "缺少证据" "No evidence"
                "该步骤须有证据。请先提交证据，或按 detail 的说明填写。"
                "This step needs evidence. Hand it in first, or do as detail says.";
            EvidenceClosed "evidence_closed" 409 "不能补充证据" "Evidence is closed"
                "案件现阶段不接受证据：尚未责令改正、正在复检或已结束。"
                "The case takes no evidence now: the order has not been given, the result is being tested again, or the case has ended.";
            ActionState "action_state" 409 "措施状态不允许" "Not possible in the action\'s state"
                "整改措施的当前状态不允许此操作。请刷新案件后再操作。"
                "The present state of the corrective action does not allow this. Load the case again.";
            ActionOrder "action_order" 409 "措施次序有误" "Actions out of order"
                "整改措施须按 8D 次序完成。请先完成 detail 所示的措施。"
                "Corrective actions are completed in the order of 8D. Complete the one that detail names first.";
            AdviserMayNotClear "adviser_may_not_clear" 409 "咨询专家不得审核清零" "An adviser may not clear the case"
                "曾为该企业提供意见的人员不得审核清零。请由另一名监管人员审核。"
                "Whoever advised the enterprise may not clear its case. Another officer does.";
            InspectorMayNotClear "inspector_may_not_clear" 409 "复查人员不得审核清零" "The inspector may not clear the case"
                "登记复查结果的人员不得审核清零。请由另一名监管人员审核。"
                "Whoever entered the result of the re-inspection may not clear the case. Another officer does.";
            CriteriaUnmet "criteria_unmet" 409 "康复标准未满足" "Criteria not met"
                "康复标准尚未全部满足，errors 逐项列出。请满足后再审核清零。"
                "Not all criteria of recovery are met; errors lists those that are not. Meet them before the case is cleared.";
            AlertClosed "alert_closed" 409 "预警已处理" "Alert already closed"
                "该质量预警已经处理，不能再次处理。"
                "The quality alert has been dealt with and cannot be closed again.";
        }
    };
}
