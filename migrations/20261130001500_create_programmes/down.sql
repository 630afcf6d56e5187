DROP TABLE operator_grade, kind_review, kind_regime, programme_drawn, programme_draw, programme_frame, programme_target,
    programme_event, programme, production_licence, laboratory;
