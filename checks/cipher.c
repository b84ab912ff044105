/* The order of the cipher family: what servers take is in cipher_accepted.c, the comparison in
 * cipher_overlap.c and cipher_offer.c, the certificate that comes of it in cipher_type.c, strings in
 * cipher_strings.c, what the boxes of bundles have set in cipher_box.c. */
#include "checks/cipher.h"

void judge_cipher(struct judging *judging) {
    struct cipher_run run = {.facts = judging->facts, .to = judging->to};
    cipher_clients_of(judging->facts, judging->to->arena, &run.clients);
    judge_cipher_accepted(&run);
    judge_cipher_overlap(&run);
    judge_cipher_offers(&run);
    judge_cipher_types(&run);
    judge_cipher_strings(&run);
    judge_cipher_boxes(&run);
}
