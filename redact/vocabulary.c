/* Which words of a log are nobody's? Those of the catalogue, which tells of such logs in sentences; those of
 * OpenSSL and the system, which the boxes write as they are; and what Expressway's own lines have besides. */
#include "redact/vocabulary.h"

#include <errno.h>
#include <openssl/x509_vfy.h>
#include <string.h>

#include "catalogue/catalogue.h"
#include "catalogue/log_tokens.h"

enum { VERIFY_ERRORS = 100, SYSTEM_ERRORS = 134 };

/* Kinds and states of zones, parts of file names, and the words of lines, events and complaints that stand
 * nowhere in the catalogue. */
static const char own_words[] =
    "TraversalClient TraversalServer Neighbor Neighbour DNS ENUM Webex UC traversal Active Inactive Failed "
    "Warning "
    "Checking Connected Synchronized Synchronised Unsynchronized Unknown Initializing Critical Alert "
    "Emergency "
    "Error Info Notice Debug Raised Lowered Acknowledged True False On Off "
    "diagnostic log logging loggingsnapshot xconf xstat dump tcpdump snapshot ca server client pem txt xml "
    "pcap tar gz "
    "tgz zip old file bundle diagnostic_log "
    "concealed uploaded changed modified created deleted removed generated added edited started stopped "
    "restarted "
    "requested installed updated replaced imported today yesterday noon midnight at by as from into onto off "
    "Outbound Inbound Negotiation Alarm Event System Application Management Certificate Configuration Marker "
    "set hand "
    "DEBUG MARKER Restart Reboot Shutdown Start Exit Upgrade License Limit Reached Update CRL NTP "
    "this that these those system cannot communicate with one or more remote hosts host peer peers node "
    "nodes cluster "
    "tunnel tunnels failure failures notification unable connect connection connections established time "
    "synchronized "
    "over zone zones lookup reverse name names found address addresses "
    "tls ssl routines wrong version number unexpected message handshake read write bytes socket shutdown "
    "while init "
    "early eof peer did not return certificate verify depth action terminate continue core "
    "bad ciphertext record mac alert shared cipher no protocol unsupported want syscall internal too weak "
    "small key dh "
    "sha md5 rsa ecdsa aes gcm cbc hmac x509 asn1 evp pem bio ipv4 ipv6 tcp udp sip sips http https xmpp xcp "
    "mra ssh sftp "
    "register invite options subscribe notify publish service message info ack bye cancel prack refer "
    "no such or directory is are was were be been not nothing read here wanted empty larger than any of its "
    "kind cut "
    "off what came before was damaged encrypted backup which only an Expressway can open maintenance "
    "diagnostics "
    "xConfiguration lines it in two different bundles box boxes them none role make things symbolic link "
    "followed "
    "device pipe hard regular packed way deflate archives deeper opened points out points more files unpacks "
    "end "
    "within settings status rest archive archives told by many too jabberd port cvs xcp dispatch mux core "
    "router "
    "zones zone neighbor assent turn ice";

static void lines_know(struct pseudonyms *p, const struct guidance_line *lines) {
    for (; line_words(lines) != NULL; lines++)
        pseudonyms_know_plain(p, line_words(lines));
}

static void catalogue_know(struct pseudonyms *p) {
    for (const struct log_token *t = log_tokens; t->id != NULL; t++) {
        const char *const texts[] = {t->id, t->words, t->also, t->unless, t->means};
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            pseudonyms_know_plain(p, texts[i]);
        lines_know(p, t->fix);
    }
    for (const struct alarm_row *a = alarm_rows; a->id != 0; a++) {
        pseudonyms_know_plain(p, a->title);
        pseudonyms_know_plain(p, a->means);
        lines_know(p, a->fix);
    }
}

static void libraries_know(struct pseudonyms *p) {
    for (int i = 0; i < VERIFY_ERRORS; i++)
        pseudonyms_know_plain(p, X509_verify_cert_error_string(i));
    for (int i = 1; i < SYSTEM_ERRORS; i++)
        pseudonyms_know_plain(p, strerror(i));
}

void vocabulary_know(struct pseudonyms *p) {
    pseudonyms_know_plain(p, own_words);
    catalogue_know(p);
    libraries_know(p);
}
