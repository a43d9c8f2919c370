-- Data every installation starts with. There is none yet.
--
-- The demo clinics are not here, because their people are: an account exists only through an
-- invitation, and a password belongs in no file under version control. `scripts/demo.ts` creates
-- them over the public API on any stack (`npm start` does so on the local one).
select 1;
