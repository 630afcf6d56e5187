DROP TABLE cross_product, cross_relation, cross_participant, cross_event, cross_round;
