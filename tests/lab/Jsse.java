// What does a server do whose TLS is Java's own (JSSE), as Tomcat's is and so Unified CM's?
//
//     java Jsse.java FILE        lines "ADDRESS PORT STORE,STORE require|none PROTOCOL,PROTOCOL|-"; the stores are PKCS#12
//                                with one key each, and the password "lab"
//
// Suites by the server's order, as Tomcat's honorCipherOrder; which certificate, by the client's signature algorithms.
// Every request is answered with 404. Does not: anything of HTTP beyond that.
import java.io.FileInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.Executors;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;

public final class Jsse {
    private static final char[] PASSWORD = "lab".toCharArray();
    private static final byte[] ANSWER =
        "HTTP/1.1 404 \r\nServer: Apache Tomcat\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    public static void main(String[] arguments) throws Exception {
        ExecutorService pool = Executors.newCachedThreadPool();
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            String[] words = line.split(" ");
            SSLServerSocket listener = listen(words);
            pool.submit(() -> accept(listener, pool));
        }
    }

    private static SSLServerSocket listen(String[] words) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD);
        for (String path : words[2].split(",")) {
            KeyStore one = KeyStore.getInstance("PKCS12");
            try (InputStream in = new FileInputStream(path)) {
                one.load(in, PASSWORD);
            }
            String alias = one.aliases().nextElement();
            store.setKeyEntry(path, one.getKey(alias, PASSWORD), PASSWORD, one.getCertificateChain(alias));
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("NewSunX509"); // Tomcat's too, with more than one key
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        SSLServerSocket listener = (SSLServerSocket) context.getServerSocketFactory()
            .createServerSocket(Integer.parseInt(words[1]), 64, InetAddress.getByName(words[0]));
        SSLParameters parameters = listener.getSSLParameters();
        parameters.setUseCipherSuitesOrder(true);
        if (!words[4].equals("-"))
            parameters.setProtocols(words[4].split(","));
        parameters.setNeedClientAuth(words[3].equals("require"));
        listener.setSSLParameters(parameters);
        return listener;
    }

    private static void accept(SSLServerSocket listener, ExecutorService pool) {
        while (true) {
            try {
                Socket caller = listener.accept();
                pool.submit(() -> answer(caller));
            } catch (Exception e) {
                return;
            }
        }
    }

    private static void answer(Socket caller) {
        try (caller) {
            caller.setSoTimeout(10000);
            byte[] got = new byte[16384];
            if (caller.getInputStream().read(got) > 0) {
                caller.getOutputStream().write(ANSWER);
                caller.getOutputStream().flush();
            }
        } catch (Exception e) {
            // whoever only asks what there is goes away in the middle
        }
    }
}
