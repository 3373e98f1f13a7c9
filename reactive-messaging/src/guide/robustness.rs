//! What was tried to break it, and the tests that show how it holds.
//!
//! Each case has an id. A test that proves one bears the id in its name, wherever it stands: `f1_…`, or
//! `loom_b1_…` for a model of all interleavings. What is promised of messages and of a shutdown stands
//! [in front](crate#what-is-promised), what a remote is told in [`OnError`](crate::OnError) and
//! [`DisconnectReason`](crate::DisconnectReason), and each limit, with its default and what happens when it is
//! met, in [`limits`](super::limits).
//!
//! Tests named below are in the repository: beside the code, in `conformance`, `hardening` and `memory` of
//! `tests/tests`, in `examples/tests` and in `fuzz/src/checks.rs`. A test compares these tables with them. Beside the cases, what is promised
//! as a whole is simulated: `tests/tests/simulation` lets hundreds of worlds live, each drawn from a seed, on a
//! network that delays, splits, freezes, cuts and resets.
//!
//! # Frames and messages
//!
//! What is no message ends the connection in order, unless `max_decode_errors` allows for more of it:
//! complete messages before it are delivered, the remote is told by the protocol's error variant and
//! can read that before FIN, events and log have a typed reason, `PeerLeft` comes once, and other
//! connections notice nothing. Below, that is **the standard end**.
//!
//! | id | what holds | tests |
//! |---|---|---|
//! | F1 | A line without an end meets the standard end at one byte too many; until then it takes no more memory than `max_frame_len` and 4 KiB. | `f1_f2_a_frame_may_be_as_long_as_its_limit`, `f1_line_without_end`, `f1_line_without_end_allocates_no_more_than_its_limit`, `f1_line_without_end_over_tcp`, `f1_the_limit_counts_the_payload_only`, `f1_the_longest_line_is_no_error` |
//! | F2 | A length prefix beyond `max_frame_len` meets the standard end, and nothing is allocated for the payload that it declares. | `f1_f2_a_frame_may_be_as_long_as_its_limit`, `f2_a_declared_length_above_the_limit_is_refused_before_its_payload_arrives`, `f2_a_length_prefix_of_all_ones_allocates_no_payload`, `f2_an_invalid_frame_behind_a_dropped_incoming_is_not_forgotten`, `f2_length_prefix_of_all_ones`, `f2_length_prefix_of_all_ones_over_tcp` |
//! | F3 | A frame that was declared and never comes takes at most 4 KiB, and meets `frame_timeout`. | `f3_a_declared_frame_that_never_comes_allocates_next_to_nothing`, `f3_a_declared_frame_that_never_comes_meets_frame_timeout`, `f3_a_record_that_is_not_ended` |
//! | F4 | Wherever the bytes of a stream are split, within a prefix too, and whatever is sent meanwhile, the messages are the same. | `f4_any_chunks_give_the_same_lines`, `f4_any_chunks_give_the_same_prefixed_frames`, `f4_every_split_point_gives_the_same_lines`, `f4_every_split_point_gives_the_same_messages`, `f4_every_split_point_gives_the_same_prefixed_frames`, `f4_no_prefix_of_a_frame_is_a_frame`, `f4_only_whole_records_are_frames`, `f4_views_are_the_same_at_every_split_point` |
//! | F5 | A long frame that arrives byte by byte is looked at once, not again with every byte. | `f5_a_line_of_64_kib_in_reads_of_one_byte_is_scanned_once`, `f5_a_long_frame_in_small_pieces_is_linear`, `f5_scanning_does_not_look_again_at_what_was_scanned` |
//! | F6 | A frame of zero bytes is a typed error. Blank lines are ignored, and one trailing CR is stripped. | `f6_a_length_of_zero_is_a_frame_that_is_received_and_never_sent`, `f6_a_zero_length_frame_is_a_typed_error`, `f6_blank_lines_are_ignored_and_one_carriage_return_is_stripped`, `f6_blank_lines_are_ignored_and_one_trailing_cr_is_stripped` |
//! | F7 | Text that is no UTF-8, and NULs where no text is, meet the standard end; nothing is replaced. | `f7_any_bytes_are_a_value_or_a_mistake_within`, `f7_bad_utf8_and_nul_are_no_messages`, `f7_bad_utf8_and_nul_are_refused`, `f7_no_bytes_make_a_wire_panic`, `f7_no_damage_makes_a_wire_panic`, `f7_no_lossy_conversion` |
//! | F8 | RON and JSON that nest 10,000 deep meet the standard end at `max_depth`; the greatest one that a config may have fits half of a thread's stack. | `f8_a_message_may_nest_as_deep_as_its_limit`, `f8_f9_as_many_levels_as_a_config_may_allow_fit_half_a_stack`, `f8_json_nested_10000_deep_is_a_typed_error`, `f8_lines_that_nest_10000_deep`, `f8_ron_nested_10000_deep_is_a_typed_error` |
//! | F9 | So do Postcard and rkyv archives. | `f8_f9_as_many_levels_as_a_config_may_allow_fit_half_a_stack`, `f9_binary_messages_that_nest_10000_deep`, `f9_postcard_nested_10000_deep_is_a_typed_error`, `f9_rkyv_nested_beyond_the_depth_is_a_typed_error` |
//! | F10 | A count of 2<sup>60</sup> elements meets the standard end, with neither memory nor time spent on it. | `f10_counts_of_elements_without_bytes_do_not_add_up_to_the_square_of_the_payload`, `f10_counts_of_two_to_the_60`, `f10_postcard_counts_that_the_payload_cannot_hold_are_typed_errors`, `f10_prealloc_step_bounds_what_is_reserved_for_declared_elements` |
//! | F11 | A damaged, truncated or misaligned archive meets the standard end; whatever is accepted can be read through and through. | `f11_a_compact_view_is_as_aligned_as_it_was`, `f11_a_damaged_archive`, `f11_a_damaged_archive_over_tcp`, `f11_a_relayed_view_is_aligned_for_its_reader`, `f11_a_truncated_archive`, `f11_an_archive_at_which_its_type_panics`, `f11_an_archive_whose_root_is_not_aligned`, `f11_each_byte_may_be_damaged`, `f11_no_damage_is_read_unless_it_is_valid`, `f11_the_error_variant_is_told_by_a_peer_of_views`, `f11_what_is_accepted_is_readable`, `f11_what_is_cut_short_is_refused_or_a_message` |
//! | F12 | A tag, `bool`, `char`, length or text that is none, in a record of fixed size, meets the standard end. Padding is sent as zeros. | `f12_a_bool_that_is_neither`, `f12_a_char_that_is_none`, `f12_a_length_beyond_the_capacity`, `f12_a_tag_that_no_variant_has`, `f12_a_tag_that_no_variant_has_over_tcp`, `f12_a_text_that_is_no_utf8`, `f12_an_option_that_is_neither`, `f12_bool_and_char_are_checked`, `f12_mistakes_are_where_they_are_seen_from_the_record`, `f12_padding_is_sent_as_zeros`, `f12_what_follows_a_short_value_is_not_looked_at`, `f12_what_stands_where_zeros_are_sent_is_not_looked_at` |
//! | F13 | Bytes behind a message, within its frame, meet the standard end. | `f13_bytes_behind_a_record_are_trailing`, `f13_bytes_behind_the_message_are_refused`, `f13_other_lengths_are_typed_errors`, `f13_records_of_another_length_are_refused`, `f13_records_of_another_length_are_typed_errors`, `f13_records_of_other_lengths_are_typed_errors`, `f13_trailing_bytes_are_refused_where_they_begin`, `f13_trailing_bytes_in_a_frame`, `f13_trailing_bytes_in_a_frame_over_tcp` |
//! | F14 | A message that is too long or cannot be serialized is handed back before any byte of it is queued, and the connection lives. | `f14_a_message_that_fails_to_serialize_comes_back_before_any_byte_is_queued`, `f14_a_payload_is_read_back_or_refused`, `f14_a_record_longer_than_the_limit_starts_nothing`, `f14_a_reply_that_is_too_long_is_an_error_of_its_peer_alone`, `f14_an_oversized_item_is_told_and_the_connection_lives`, `f14_an_oversized_message_comes_back_before_any_byte_is_queued`, `f14_an_oversized_view_comes_back`, `f14_what_cannot_be_written_leaves_the_buffer_as_it_was`, `f14_what_json_cannot_say_is_an_error`, `f14_what_ron_cannot_write_is_an_error` |
//! | F15 | Control characters and marks of direction from the network are escaped, and cut, in errors and logs. | `f15_control_characters_of_the_remote_reach_neither_log_nor_error_raw`, `f15_escapes_controls_and_direction_marks_and_cuts` |
//!
//! # Exhaustion
//!
//! | id | what holds | tests |
//! |---|---|---|
//! | R1 | One connection beyond `max_connections` is closed at once and told as `ConnectionEvent::Refused`; nobody arrives, others go on. | `r1_connections_have_three_quarters_of_the_descriptors`, `r1_max_connections_are_by_default_three_quarters_of_the_descriptors`, `r1_max_connections_of_config_and_builder`, `r1_one_connection_too_many_is_closed_at_once`, `r1_refusals_are_logged_and_do_not_flood_the_log` |
//! | R2 | Without descriptors, accepting backs off, says so in at most 20 lines a second, and goes on when there are some; those who are connected notice nothing. | `r2_a_connection_that_was_lost_is_no_reason_to_pause`, `r2_a_listener_that_fails_and_succeeds_in_turn_does_not_flood_the_log`, `r2_a_listener_that_fails_is_asked_again_with_growing_pauses`, `r2_a_listener_that_is_always_ready_does_not_keep_the_thread`, `r2_an_accepted_connection_makes_the_pauses_short_again`, `r2_descriptors_that_come_and_go_do_not_flood_the_log`, `r2_without_descriptors_accepting_backs_off_and_recovers` |
//! | R3 | Connections that come and are reset leave no descriptor and no task. | `r3_connections_that_ended_cost_the_others_nothing`, `r3_two_thousand_resets_leave_no_descriptor_and_no_task` |
//! | R4 | A connection that floods, and reads its answers or does not, delays others on its thread by a bounded time. | `r4_a_flood_of_broadcasts_starves_no_other_connection_of_its_thread`, `r4_a_flood_without_answers_starves_no_other_connection_of_its_thread`, `r4_a_handler_without_answers_lets_others_have_their_turn`, `r4_a_turn_of_long_messages_ends_after_its_bytes`, `r4_floods_starve_no_other_connection_of_their_thread` |
//! | R5 | Of 10,000 invalid frames, no more than `max_decode_errors` in a row are answered; what the log says of them, and of errors and panics of handlers, is bounded. | `r5_alternating_invalid_frames_do_not_flood_the_log`, `r5_every_rejected_line_is_answered_to_a_remote_that_reads`, `r5_mistakes_in_stages_of_many_connections_do_not_flood_the_log`, `r5_mistakes_in_stages_without_options_do_not_flood_the_log`, `r5_mistakes_of_many_connections_do_not_flood_the_log`, `r5_so_many_mistakes_in_a_row_end_the_dialog`, `r5_ten_thousand_invalid_frames_close_at_the_limit_with_a_bounded_log` |
//!
//! # Time
//!
//! | id | what holds | tests |
//! |---|---|---|
//! | T1 | Who says nothing meets `first_frame_timeout`, where there is one. | `t1_a_silent_remote_meets_first_frame_timeout_where_there_is_one`, `t1_blank_lines_do_not_satisfy_first_frame_timeout`, `t1_t2_deadlines_are_those_of_the_stage`, `t1_the_first_frame_may_come_as_late_as_its_limit` |
//! | T2 | Who sends a frame byte by byte meets an absolute `frame_timeout`, which backpressure of ours stops. | `t1_t2_deadlines_are_those_of_the_stage`, `t2_a_byte_now_and_then_meets_the_absolute_deadline`, `t2_a_frame_may_take_as_long_as_its_limit`, `t2_a_long_frame_has_a_second_more_for_each_64_kib`, `t2_a_partial_frame_has_its_time_anew_behind_a_transition`, `t2_backpressure_does_not_count_against_a_frame`, `t2_the_clock_of_a_frame_stands_still_during_backpressure`, `t2_what_arrived_while_the_process_stood_still_counts` |
//! | T5 | Who never reads meets `write_timeout`, and delays no shutdown beyond `drain_timeout`. | `t5_a_peer_that_never_reads_meets_write_timeout`, `t5_a_shutdown_stays_responsive_beside_a_peer_that_never_reads`, `t5_a_slow_reader_is_no_stalled_one`, `t5_a_transition_gives_a_stalled_remote_no_more_time`, `t5_nothing_to_write_is_no_stall`, `t5_only_servers_have_a_write_timeout_of_their_own`, `t5_write_timeout_counts_from_the_last_progress` |
//!
//! # Lifecycle
//!
//! | id | what holds | tests |
//! |---|---|---|
//! | C1 | A reset within a frame drops that frame; messages before it are delivered. | `c1_reset_within_a_frame_drops_the_frame_and_keeps_the_earlier_ones` |
//! | C2 | A remote that sends FIN behind its requests gets all replies, then FIN; none of them may take longer than `half_closed_timeout`. | `c2_a_future_of_one_peer_delays_no_other_peers_end`, `c2_half_close_behind_requests_gets_all_replies_then_fin`, `c2_half_close_lets_a_slow_handler_finish`, `c2_half_close_waits_for_the_futures_that_were_begun_before_and_no_others`, `c2_stages_that_lead_on_behind_the_end_of_the_input_come_to_an_end` |
//! | C3 | FIN within a frame is an unexpected end, and no clean one. | `c3_a_partial_frame_behind_which_the_input_ended_is_not_waited_for`, `c3_fin_within_a_frame_is_an_unexpected_end` |
//! | C4 | Whoever arrives leaves, exactly once each, however fast. | `c4_a_thousand_instant_closes_are_paired`, `c4_whoever_arrives_leaves_exactly_once_however_fast` |
//! | C6 | What is sent to a closed peer is handed back at once. | `c6_a_held_peer_keeps_no_buffer_alive`, `c6_a_testing_peer_whose_stream_was_dropped_is_closed`, `c6_sending_on_a_closed_peer_hands_the_message_back_and_never_blocks`, `c6_waiting_senders_are_refused_when_the_connection_ends` |
//! | C7 | However close, send and the end of the remote race, there is one end; what races it is accounted for or refused. | `c7_advance_races_every_other_end`, `c7_close_abort_send_and_eof_race_to_one_end`, `loom_c7_a_frame_that_races_the_end_is_refused_or_accounted_for`, `loom_c7_a_group_that_is_dropped_leaves_nothing_registered`, `loom_c7_a_refused_item_does_not_keep_a_closed_queue_open`, `loom_c7_a_sender_that_waits_for_room_learns_of_a_dropped_receiver`, `loom_c7_a_sender_that_waits_for_room_learns_of_the_close`, `loom_c7_a_sender_that_waits_for_room_learns_of_the_end`, `loom_c7_an_advance_that_races_the_end_of_its_handler_is_obeyed_or_refused`, `loom_c7_an_item_that_races_the_close_is_refused_or_arrives`, `loom_c7_an_item_that_races_the_drop_of_the_receiver_is_refused_or_dropped`, `loom_c7_an_order_wakes_the_driver_and_whoever_waits_for_a_drain`, `loom_c7_the_last_sender_that_is_dropped_ends_the_stream`, `loom_c7_who_is_over_is_in_no_group`, `loom_c7_who_leaves_and_comes_back_while_it_ends_is_gone` |
//! | C8 | A server that ends closes all its connections in order, and whoever waits for it goes on. | `c8_a_dropped_handle_aborts_its_connections`, `c8_a_server_that_ends_closes_its_peers_in_order` |
//! | C9 | Behind the remote's FIN, a handler that only pushes may go on until nothing is written for `half_closed_timeout`. | `c9_after_fin_a_pushing_handler_goes_on_until_it_is_silent`, `c9_half_closed_timeout_counts_from_the_last_byte_written` |
//!
//! # Drain
//!
//! | id | what holds | tests |
//! |---|---|---|
//! | S1 | Requests that were read before a shutdown are answered, then comes FIN. | `s1_a_shared_handler_drains_without_a_limit`, `s1_a_signal_drains_every_server_and_ends_it_in_order`, `s1_requests_that_were_read_before_the_shutdown_are_answered`, `s1_stages_that_lead_on_during_a_shutdown_come_to_an_end`, `s1_what_was_read_before_a_shutdown_is_for_the_next_stage_too`, `s1_what_was_read_before_a_shutdown_is_processed_and_answered`, `s1_what_was_read_before_a_signal_is_answered` |
//! | S2 | A handler that does not end is aborted at `drain_timeout`, and what it said and nobody got is counted. | `s2_a_drain_that_begins_during_a_transition`, `s2_a_handler_has_until_drain_timeout`, `s2_a_handler_that_never_ends_is_aborted_and_the_undelivered_are_counted`, `s2_a_handler_that_never_pauses_is_aborted_at_the_drain_timeout`, `s2_a_shared_handler_that_never_ends_is_aborted_at_the_drain_timeout`, `s2_a_stuck_shared_handler_is_waited_for_once`, `s2_stages_that_follow_each_other_drain_no_longer_than_one`, `s2_undelivered_items_of_a_stream_are_counted_to_the_last` |
//! | S4 | An error is read by the client before the connection closes, even when input of it was left unread. | `s4_a_full_outbox_does_not_swallow_the_error_message`, `s4_a_remote_that_still_sends_reads_the_last_words`, `s4_an_error_with_unread_input_behind_it_is_read_and_no_reset` |
//! | S5 | Shutting down twice, or dropping the handle, is fine and leaves no task. | `s5_a_dropped_server_leaves_no_processor`, `s5_a_second_signal_ends_a_drain_that_hangs`, `s5_dropping_the_handle_while_it_drains_leaves_no_task`, `s5_every_shutdown_gets_the_same_report`, `s5_shutdown_and_abort_between_two_stages`, `s5_shutdown_is_idempotent_and_leaves_no_task` |
//! | S6 | A handler that pushes at intervals ends by `peer.draining()`, long before `drain_timeout`. | `s6_a_pushing_handler_ends_at_draining` |
//!
//! # Handlers
//!
//! | id | what holds | tests |
//! |---|---|---|
//! | H1 | A panic in a handler, its stream or an event callback ends that connection alone. | `h1_a_bomb_in_a_callback_pairs_the_events`, `h1_a_bomb_in_a_handler_is_a_panic_like_others`, `h1_a_bomb_in_a_shared_handler_ends_the_service`, `h1_a_bomb_in_the_signal_ends_the_service`, `h1_a_callback_that_panics_when_it_is_dropped_pairs_the_events`, `h1_a_panic_that_panics_when_it_is_dropped_ends_here`, `h1_a_panicking_error_message_still_pairs_the_events`, `h1_panic_in_a_callback_of_a_connection`, `h1_panic_in_a_drop_of_the_handler`, `h1_panic_in_a_future_of_a_shared_handler`, `h1_panic_in_a_future_of_the_stream`, `h1_panic_in_a_loop`, `h1_panic_in_a_shared_handler_fn_when_it_is_called`, `h1_panic_in_a_shared_handler_in_loop_style`, `h1_panic_in_an_event_callback`, `h1_panic_in_the_handler_fn`, `h1_panic_in_the_stream`, `h1_panic_in_the_stream_of_a_shared_handler` |
//! | H2 | A panic while a user holds a lock of theirs poisons no lock of ours. | `h2_a_panic_under_a_user_lock_poisons_that_lock_alone` |
//! | H4 | A slow event callback keeps nobody else from being accepted. | `h4_a_callback_that_never_ends_does_not_keep_a_shutdown_from_ending`, `h4_a_slow_event_callback_delays_its_own_connection_only`, `h4_callbacks_of_connections_that_never_end_delay_no_accept` |
//! | H5 | A million replies to one request take bounded memory, and the end of the remote is noticed in between. | `h5_a_million_replies_notice_the_end_of_the_remote`, `h5_a_million_replies_take_bounded_memory` |
//! | H6 | A `Serialize` that panics leaves no half frame. | `h6_a_panicking_serialize_leaves_no_half_frame`, `h6_a_serialize_that_panics_ends_the_connection_of_its_peer_alone` |
//!
//! # Backpressure
//!
//! | id | what holds | tests |
//! |---|---|---|
//! | B1 | A full outbox hands messages back; a `send` that is cancelled neither loses nor duplicates one. | `b1_a_full_outbox_hands_back_and_a_cancelled_send_neither_loses_nor_duplicates`, `b1_a_strategy_without_an_end`, `b1_outbound_bytes_is_what_is_accepted`, `b1_the_outbox_is_bounded_in_bytes`, `b1_what_stages_leave_unwritten_is_bounded`, `loom_b1_a_cancelled_sender_passes_its_turn_on_and_sends_nothing`, `loom_b1_a_cancelled_sender_to_a_queue_passes_its_turn_on_and_sends_nothing` |
//! | B2 | Two sides that flood each other make progress, or meet `write_timeout`. | `b2_two_sides_that_flood_and_do_not_read_do_not_deadlock`, `b2_two_sides_that_flood_and_read_make_progress`, `b2_two_sides_that_flood_over_tcp_and_do_not_read_meet_write_timeout` |
//! | B3 | A handler that waits for room in its own full outbox goes on. | `b3_a_handler_that_awaits_room_in_its_own_full_outbox_goes_on` |
//! | B4 | A slow handler stops the reading, and memory stays flat. | `b4_a_frame_longer_than_inbound_bytes_is_taken`, `b4_a_slow_handler_pauses_reading`, `b4_a_slow_processor_stops_the_reading`, `b4_a_slow_shared_handler_keeps_memory_flat`, `b4_a_tiny_inbound_limit_does_not_read_byte_by_byte`, `b4_inbound_bytes_is_what_is_read_ahead`, `b4_reading_ahead_of_a_slow_handler_is_bounded` |
//! | B5 | What was sent before a stream yields is on the wire before what it yields. | `b5_nothing_comes_behind_a_closing_item`, `b5_what_was_sent_before_an_item_is_on_the_wire_before_it` |
//! | B6 | Who waits for room is served in turn; who gives up passes the turn on. | `b6_a_ticket_keeps_its_place_and_a_removed_one_passes_the_turn_on`, `b6_a_waiter_is_woken_when_room_and_a_drain_come_in_one_turn`, `b6_waiters_are_served_first_in_first_out_and_a_cancelled_one_passes_on`, `loom_b6_a_sender_is_woken_by_partial_writes_and_by_a_driver_that_yields`, `loom_b6_room_wakes_a_sender_that_falls_asleep`, `loom_b6_senders_that_wait_for_room_are_all_served`, `loom_b6_senders_to_a_queue_that_wait_for_room_are_all_served` |
//! | B7 | Handlers made of `select_all`, `flatten_unordered`, `FuturesUnordered` or `buffered`, or polled in another task, lose no wake-up. | `b7_buffered`, `b7_flatten_unordered`, `b7_futures_unordered`, `b7_incoming_and_peer_in_other_tasks_across_threads`, `b7_incoming_polled_from_another_task`, `b7_select_all`, `loom_b7_a_frame_wakes_a_driver_that_falls_asleep`, `loom_b7_a_receiver_that_moves_to_another_task_is_woken_there`, `loom_b7_an_error_behind_a_dropped_incoming_wakes_the_driver`, `loom_b7_an_item_wakes_a_receiver_that_falls_asleep`, `loom_b7_frames_wake_a_reader_and_room_wakes_the_driver`, `loom_b7_items_of_two_senders_all_arrive` |
//!
//! # Reconnecting
//!
//! | id | what holds | tests |
//! |---|---|---|
//! | N1 | Clients of a server that is down do not come back as a herd. | `n1_delays_are_jittered_bounded_and_never_below_a_millisecond`, `n1_sixty_four_clients_do_not_come_back_as_a_herd` |
//! | N2 | A server that accepts and closes does not reset the backoff. | `n2_a_healthy_connection_makes_the_pauses_short_again`, `n2_a_listener_that_accepts_and_closes_does_not_reset_the_backoff`, `n2_accept_then_close_does_not_reset_the_backoff`, `n2_attempts_are_those_in_a_row`, `n2_attempts_in_a_row_come_to_an_end`, `n2_pauses_double_up_to_the_longest`, `n2_without_a_time_to_be_healthy_pauses_never_grow` |
//! | N3 | An address that is silent, refuses or has no name is a typed error, and is tried again. | `n3_a_connect_may_take_as_long_as_its_timeout`, `n3_an_address_that_refuses_leaves_its_turn_to_the_next`, `n3_black_hole_and_nameless_hosts_are_typed_and_retried`, `n3_every_retrying_strategy_connects_as_often_as_it_says` |
//! | N4 | A client that is shut down between attempts ends within 100 ms. | `n4_a_client_that_is_shut_down_between_attempts_ends_at_once` |
//! | N5 | Nothing of an old generation reaches the new one. | `n5_a_restarted_server_is_found_again`, `n5_nothing_of_an_old_generation_reaches_the_new_one` |
//!
//! # Stages
//!
//! | id | what holds | tests |
//! |---|---|---|
//! | P1 | Each frame is received once, by its own stage, even if those of several arrive in one segment. | `p1_p7_each_frame_belongs_to_its_stage_at_every_split_point`, `p1_three_stages_in_one_segment` |
//! | P3 | The boundary is local: behind the last message that the stage pulled, and behind what it had said. A late frame is one of the next stage. | `p3_a_half_consumed_chunk_is_for_the_next_stage`, `p3_a_late_frame_of_the_old_stage_ends_the_new_one`, `p3_a_reader_elsewhere_that_works_on_its_last_message_delays_nobody`, `p3_a_reader_that_gives_nothing_back_ends_the_connection_at_drain_timeout`, `p3_a_reader_that_reads_on_moves_the_boundary`, `p3_advance_from_another_task`, `p3_an_undecodable_message_outweighs_a_drain`, `p3_the_item_of_the_same_poll_is_the_last_of_its_stage`, `p3_what_a_reader_elsewhere_cannot_decode_is_for_the_next_stage`, `loom_p3_two_advances_are_one_that_wakes_the_driver`, `loom_p3_what_a_stage_did_not_decode_is_recalled_once` |
//! | P4 | What a stage said is on the wire before the next one speaks, and a peer of a past stage is closed. | `p4_old_bytes_that_were_never_written_are_undelivered`, `p4_the_peer_of_a_stage_that_was_left_is_closed`, `p4_the_undelivered_are_counted_while_the_next_stage_is_told_of`, `p4_what_a_stage_said_is_on_the_wire_before_the_next_one_speaks`, `loom_p4_a_stage_that_was_handed_over_takes_nothing_more` |
//! | P5 | A stage that dies ends its connection alone. | `p5_a_handler_that_panics_when_it_is_dropped_at_the_transition`, `p5_a_panic_in_a_stage_ends_its_connection_alone`, `p5_a_panic_right_behind_advance_ends_the_connection_and_is_told`, `p5_a_state_that_cannot_be_made`, `p5_a_successor_that_panics_when_it_is_dropped`, `p5_an_end_that_could_not_be_told_is_not_in_order`, `p5_an_error_item_in_the_poll_of_the_advance_is_told`, `p5_an_error_right_behind_advance_ends_the_connection_and_is_told`, `p5_stages_that_only_follow_each_other_do_not_keep_the_thread`, `p5_the_callback_of_a_stage_panics` |
//! | P6 | 10,000 transitions on eight connections neither deadlock nor lose an end. | `p6_ten_thousand_transitions_on_eight_connections` |
//! | P7 | What was read ahead is framed anew by the next stage, and is no error of the one before. | `p1_p7_each_frame_belongs_to_its_stage_at_every_split_point`, `p7_a_frame_that_is_too_long_for_the_next_stage`, `p7_a_full_inbox_is_handed_over`, `p7_bytes_that_are_no_frames_of_the_stage_in_force_are_framed_anew`, `p7_whole_frames_of_the_next_stage_are_no_late_frame_of_this_one` |
//!
//! # TLS
//!
//! | id | what will hold | tests |
//! |---|---|---|
//! | X1 | 64 silent handshakes do not delay the next one. | comes with its transport |
//! | X2 | Plain text is one log line. | comes with its transport |
//! | X3 | No `ClientHello` makes us panic. | comes with its transport |
//! | X4 | An end without `close_notify` is a truncation. | comes with its transport |
//! | X5 | A bad certificate is a typed error, and starts no storm of attempts. | comes with its transport |
//!
//! # WebSocket
//!
//! | id | what will hold | tests |
//! |---|---|---|
//! | WS1 | Frames that break the protocol close with 1002 or 1007. | comes with its transport |
//! | WS2 | A length with its highest bit set closes. | comes with its transport |
//! | WS3 | Endless fragments close with 1009. | comes with its transport |
//! | WS4 | Floods of pings are bounded, control frames that are too long close with 1002. | comes with its transport |
//! | WS5 | Foreign origins are refused. | comes with its transport |
//! | WS7 | An upgrade that is too long is refused by 431. | comes with its transport |
//!
//! # Unix sockets and shared memory
//!
//! | id | what will hold | tests |
//! |---|---|---|
//! | I1 | A stale path is replaced, that of a live server is left alone. | comes with its transport |
//! | I2 | What is no socket is never unlinked. | comes with its transport |
//! | I3 | The mode is 0600, and other users are refused. | comes with its transport |
//! | I4 | A memfd without seals, or of a wrong size, is refused. | comes with its transport |
//! | I5 | What changes after it was checked was copied before. | comes with its transport |
//! | I6 | A peer that is killed while it writes leaves neither a record nor a descriptor. | comes with its transport |
