"""Which module knows which directive, as ``httpd -L`` of 2.4.71 lists them with every module of the distribution loaded."""

from __future__ import annotations

_NAMES = {
    "access_compat": """
        allow deny order satisfy
    """,
    "actions": """
        action script
    """,
    "alias": """
        alias aliasmatch aliaspreservepath redirect redirectmatch redirectpermanent redirectrelative redirecttemp scriptalias
        scriptaliasmatch
    """,
    "allowmethods": """
        allowmethods
    """,
    "auth_basic": """
        authbasicauthoritative authbasicfake authbasicprovider authbasicusedigestalgorithm
    """,
    "auth_digest": """
        authdigestalgorithm authdigestdomain authdigestnccheck authdigestnoncelifetime authdigestprovider authdigestqop
        authdigestshmemsize
    """,
    "auth_form": """
        authformauthoritative authformbody authformdisablenostore authformfakebasicauth authformlocation
        authformloginrequiredlocation authformloginsuccesslocation authformlogoutlocation authformmethod authformmimetype
        authformpassword authformprovider authformsitepassphrase authformsize authformusername
    """,
    "authn_anon": """
        anonymous anonymous_logemail anonymous_mustgiveemail anonymous_nouserid anonymous_verifyemail
    """,
    "authn_core": """
        authname authnprovideralias authtype
    """,
    "authn_dbd": """
        authdbduserpwquery authdbduserrealmquery
    """,
    "authn_dbm": """
        authdbmtype authdbmuserfile
    """,
    "authn_file": """
        authuserfile
    """,
    "authn_socache": """
        authncachecontext authncacheenable authncacheprovidefor authncachesocache authncachetimeout
    """,
    "authnz_fcgi": """
        authnzfcgicheckauthnprovider authnzfcgidefineprovider
    """,
    "authnz_ldap": """
        authldapauthorizeprefix authldapbindauthoritative authldapbinddn authldapbindpassword authldapcharsetconfig
        authldapcompareasuser authldapcomparednonserver authldapdereferencealiases authldapgroupattribute
        authldapgroupattributeisdn authldapinitialbindasuser authldapinitialbindpattern authldapmaxsubgroupdepth
        authldapremoteuserattribute authldapremoteuserisdn authldapsearchasuser authldapsubgroupattribute
        authldapsubgroupclass authldapurl
    """,
    "authz_core": """
        authmerging authzprovideralias authzsendforbiddenonfailure require requireall requireany requirenone
    """,
    "authz_dbd": """
        authzdbdlogintoreferer authzdbdquery authzdbdredirectquery
    """,
    "authz_dbm": """
        authdbmgroupfile authzdbmtype
    """,
    "authz_groupfile": """
        authgroupfile
    """,
    "autoindex": """
        addalt addaltbyencoding addaltbytype adddescription addicon addiconbyencoding addiconbytype defaulticon fancyindexing
        headername indexheadinsert indexignore indexignorereset indexoptions indexorderdefault indexstylesheet readmename
    """,
    "brotli": """
        brotlialteretag brotlicompressionmaxinputblock brotlicompressionquality brotlicompressionwindow brotlifilternote
    """,
    "buffer": """
        buffersize
    """,
    "cache": """
        cachedefaultexpire cachedetailheader cachedisable cacheenable cacheheader cacheignorecachecontrol cacheignoreheaders
        cacheignorenolastmod cacheignorequerystring cacheignoreurlsessionidentifiers cachekeybaseurl cachelastmodifiedfactor
        cachelock cachelockmaxage cachelockpath cachemaxexpire cacheminexpire cachequickhandler cachestaleonerror
        cachestoreexpired cachestorenostore cachestoreprivate
    """,
    "cache_disk": """
        cachedirlength cachedirlevels cachemaxfilesize cacheminfilesize cachereadsize cachereadtime cacheroot
    """,
    "cache_socache": """
        cachesocache cachesocachemaxsize cachesocachemaxtime cachesocachemintime cachesocachereadsize cachesocachereadtime
    """,
    "case_filter": """
        casefilter
    """,
    "case_filter_in": """
        casefilterin
    """,
    "cern_meta": """
        metadir metafiles metasuffix
    """,
    "cgi": """
        cgiscripttimeout scriptlog scriptlogbuffer scriptloglength
    """,
    "cgid": """
        cgidscripttimeout scriptlog scriptlogbuffer scriptloglength scriptsock
    """,
    "charset_lite": """
        charsetdefault charsetoptions charsetsourceenc
    """,
    "core": """
        acceptfilter acceptmutex acceptpathinfo accessfilename adddefaultcharset allowencodedslashes allowoverride
        allowoverridelist asyncrequestworkerfactor bufferedlogs cgipassauth cgivar chrootdir contentdigest coredumpdirectory
        customlog defaultruntimedir defaulttype define directory directorymatch documentroot else elseif enableexceptionhook
        enablemmap enablesendfile error errordocument errorlog errorlogformat extendedstatus fileetag files filesmatch
        flushmaxpipelined flushmaxthreshold forcetype globallog gracefulshutdowntimeout group hostnamelookups
        httpprotocoloptions if ifdefine ifdirective iffile ifmodule ifsection ifversion include includeoptional keepalive
        keepalivetimeout limit limitexcept limitinternalrecursion limitrequestbody limitrequestfields limitrequestfieldsize
        limitrequestline limitxmlrequestbody listen listenbacklog listencoresbucketsratio listentcpdeferaccept loadfile
        loadmodule location locationmatch lockfile logformat logiotrackttfb loglevel maxclients maxconnectionsperchild
        maxkeepaliverequests maxmemfree maxrangeoverlaps maxrangereversals maxranges maxrequestsperchild maxrequestworkers
        maxspareservers maxsparethreads mergeslashes mergetrailers minspareservers minsparethreads mutex namevirtualhost
        options pidfile port protocol protocols protocolshonororder qualifyredirecturl readbuffersize receivebuffersize
        regexdefaultoptions registerhttpmethod rlimitcpu rlimitmem rlimitnproc scoreboardfile seerequesttail sendbuffersize
        serveradmin serveralias serverlimit servername serverpath serverroot serversignature servertokens sethandler
        setinputfilter setoutputfilter startservers stricthostcheck suexec threadlimit threadsperchild threadstacksize timeout
        traceenable transferlog undefine usecanonicalname usecanonicalphysicalport user virtualhost watchdoginterval
    """,
    "dav": """
        dav davbasepath davdepthinfinity davlockdiscovery davmintimeout
    """,
    "dav_fs": """
        davlockdb
    """,
    "dav_lock": """
        davgenericlockdb
    """,
    "dbd": """
        dbdexptime dbdinitsql dbdkeep dbdmax dbdmin dbdparams dbdpersist dbdpreparesql dbdriver
    """,
    "deflate": """
        deflatealteretag deflatebuffersize deflatecompressionlevel deflatefilternote deflateinflatelimitrequestbody
        deflateinflateratioburst deflateinflateratiolimit deflatememlevel deflatewindowsize
    """,
    "dialup": """
        modemstandard
    """,
    "dir": """
        directorycheckhandler directoryindex directoryindexredirect directoryslash fallbackresource
    """,
    "dumpio": """
        dumpioinput dumpiooutput
    """,
    "echo": """
        protocolecho
    """,
    "env": """
        passenv setenv unsetenv
    """,
    "expires": """
        expiresactive expiresbytype expiresdefault
    """,
    "ext_filter": """
        extfilterdefine extfilteroptions
    """,
    "file_cache": """
        cachefile mmapfile
    """,
    "filter": """
        addoutputfilterbytype filterchain filterdeclare filterprotocol filterprovider filtertrace
    """,
    "headers": """
        header requestheader
    """,
    "heartbeat": """
        heartbeataddress
    """,
    "heartmonitor": """
        heartbeatlisten heartbeatmaxservers heartbeatstorage
    """,
    "http2": """
        h2copyfiles h2direct h2earlyhint h2earlyhints h2maxdataframelen h2maxheaderblocklen h2maxsessionstreams
        h2maxstreamerrors h2maxworkeridleseconds h2maxworkers h2minworkers h2moderntlsonly h2outputbuffering h2padding
        h2proxyrequests h2push h2pushdiarysize h2pushpriority h2pushresource h2serializeheaders h2sessionextrafiles
        h2streammaxmemsize h2streamtimeout h2tlscooldownsecs h2tlswarmupsize h2upgrade h2websockets h2windowsize
    """,
    "ident": """
        identitycheck identitychecktimeout
    """,
    "imagemap": """
        imapbase imapdefault imapmenu
    """,
    "include": """
        ssiendtag ssierrormsg ssietag ssilastmodified ssilegacyexprparser ssistarttag ssitimeformat ssiundefinedecho xbithack
    """,
    "info": """
        addmoduleinfo
    """,
    "lbmethod_heartbeat": """
        heartbeatstorage
    """,
    "log_debug": """
        logmessage
    """,
    "log_forensic": """
        forensiclog
    """,
    "lua": """
        lua_____bytecodehack luaauthzprovider luacodecache luahookaccesschecker luahookauthchecker luahookcheckuserid
        luahookfixups luahookinsertfilter luahooklog luahookmaptostorage luahookpretranslatename luahooktranslatename
        luahooktypechecker luainherit luainputfilter luamaphandler luaoutputfilter luapackagecpath luapackagepath
        luaquickhandler luaroot luascope
    """,
    "macro": """
        macro macroignorebadnesting macroignoreemptyargs undefmacro use
    """,
    "md": """
        mdactivationdelay mdbaseserver mdcacertificatefile mdcachallenges mdcertificateagreement mdcertificateauthority
        mdcertificatecheck mdcertificatefile mdcertificatekeyfile mdcertificateprotocol mdcertificatestatus mdchallengedns01
        mdchallengedns01version mdcheckinterval mdcontactemail mddrivemode mdexternalaccountbinding mdhttpproxy
        mdhttpproxycacertificatefile mdinitialdelay mdmatchnames mdmember mdmembers mdmessagecmd mdmuststaple mdnotifycmd
        mdomain mdomainset mdportmap mdprivatekeys mdprofile mdprofilemandatory mdrenewmode mdrenewviaari mdrenewwindow
        mdrequirehttps mdretrydelay mdretryfailover mdserverstatus mdstapleothers mdstapling mdstaplingkeepresponse
        mdstaplingrenewwindow mdstoredir mdstorelocks mdwarnwindow
    """,
    "mime": """
        addcharset addencoding addhandler addinputfilter addlanguage addoutputfilter addtype defaultlanguage
        modmimeusepathinfo multiviewsmatch removecharset removeencoding removehandler removeinputfilter removelanguage
        removeoutputfilter removetype typesconfig
    """,
    "mime_magic": """
        mimemagicfile
    """,
    "negotiation": """
        cachenegotiateddocs forcelanguagepriority languagepriority
    """,
    "proxy": """
        balancergrowth balancerinherit balancermember balancerpersist noproxy proxy proxy100continue proxyaddheaders
        proxybadheader proxyblock proxydomain proxyerroroverride proxyiobuffersize proxymatch proxymaxforwards proxypass
        proxypassinherit proxypassinterpolateenv proxypassmatch proxypassreverse proxypassreversecookiedomain
        proxypassreversecookiepath proxypreservehost proxyreceivebuffersize proxyremote proxyremotematch proxyrequests
        proxyset proxysourceaddress proxystatus proxytimeout proxyvia
    """,
    "proxy_connect": """
        allowconnect
    """,
    "proxy_express": """
        proxyexpressdbmfile proxyexpressdbmtype proxyexpressenable
    """,
    "proxy_fcgi": """
        proxyfcgibackendtype proxyfcgisetenvif
    """,
    "proxy_ftp": """
        proxyftpdircharset proxyftpescapewildcards proxyftplistonwildcard
    """,
    "proxy_hcheck": """
        proxyhcexpr proxyhctemplate proxyhctpsize
    """,
    "proxy_html": """
        proxyhtmlbufsize proxyhtmlcharsetout proxyhtmldoctype proxyhtmlenable proxyhtmlevents proxyhtmlextended
        proxyhtmlfixups proxyhtmlinterp proxyhtmllinks proxyhtmlmeta proxyhtmlstripcomments proxyhtmlurlmap
    """,
    "proxy_scgi": """
        proxyscgiinternalredirect proxyscgisendfile
    """,
    "proxy_wstunnel": """
        proxywebsocketfallbacktoproxyhttp
    """,
    "reflector": """
        reflectorheader
    """,
    "remoteip": """
        remoteipheader remoteipinternalproxy remoteipinternalproxylist remoteipproxiesheader remoteipproxyprotocol
        remoteipproxyprotocolexceptions remoteiptrustedproxy remoteiptrustedproxylist
    """,
    "reqtimeout": """
        requestreadtimeout
    """,
    "request": """
        keptbodysize
    """,
    "rewrite": """
        rewritebase rewritecond rewriteengine rewritemap rewriteoptions rewriterule
    """,
    "sed": """
        inputsed outputsed
    """,
    "session": """
        session sessionenv sessionexclude sessionexpiryupdateinterval sessionheader sessioninclude sessionmaxage
    """,
    "session_cookie": """
        sessioncookiename sessioncookiename2 sessioncookieremove
    """,
    "session_crypto": """
        sessioncryptocipher sessioncryptodriver sessioncryptopassphrase sessioncryptopassphrasefile
    """,
    "session_dbd": """
        sessiondbdcookiename sessiondbdcookiename2 sessiondbdcookieremove sessiondbddeletelabel sessiondbdinsertlabel
        sessiondbdperuser sessiondbdselectlabel sessiondbdupdatelabel
    """,
    "setenvif": """
        browsermatch browsermatchnocase setenvif setenvifexpr setenvifnocase
    """,
    "socache_memcache": """
        memcacheconnttl
    """,
    "socache_redis": """
        redisconnpoolttl redistimeout
    """,
    "speling": """
        checkbasenamematch checkcaseonly checkspelling
    """,
    "ssl": """
        sslcacertificatefile sslcacertificatepath sslcadnrequestfile sslcadnrequestpath sslcarevocationcheck
        sslcarevocationfile sslcarevocationpath sslcertificatechainfile sslcertificatefile sslcertificatekeyfile
        sslciphersuite sslcompression sslcryptodevice sslengine sslfips sslhonorcipherorder sslinsecurerenegotiation ssllog
        sslloglevel sslocspdefaultresponder sslocspenable sslocspnoverify sslocspoverrideresponder sslocspproxyurl
        sslocsprespondercertificatefile sslocsprespondertimeout sslocspresponsemaxage sslocspresponsetimeskew
        sslocspuserequestnonce sslopensslconfcmd ssloptions sslpassphrasedialog sslprotocol sslproxycacertificatefile
        sslproxycacertificatepath sslproxycarevocationcheck sslproxycarevocationfile sslproxycarevocationpath
        sslproxycheckpeercn sslproxycheckpeerexpire sslproxycheckpeername sslproxyciphersuite sslproxyengine
        sslproxymachinecertificatechainfile sslproxymachinecertificatefile sslproxymachinecertificatepath sslproxyprotocol
        sslproxyverify sslproxyverifydepth sslrandomseed sslrenegbuffersize sslrequire sslrequiressl sslsessioncache
        sslsessioncachetimeout sslsessionticketkeyfile sslsessiontickets sslsrpunknownuserseed sslsrpverifierfile
        sslstaplingcache sslstaplingerrorcachetimeout sslstaplingfaketrylater sslstaplingforceurl sslstaplingrespondertimeout
        sslstaplingresponsemaxage sslstaplingresponsetimeskew sslstaplingreturnrespondererrors sslstaplingstandardcachetimeout
        sslstrictsnivhostcheck sslusername sslusestapling sslverifyclient sslverifydepth sslvhostsnipolicy
    """,
    "substitute": """
        substitute substituteinheritbefore substitutemaxlinelength
    """,
    "suexec": """
        suexecusergroup
    """,
    "userdir": """
        userdir
    """,
    "usertrack": """
        cookiedomain cookieexpires cookiehttponly cookiename cookiesamesite cookiesecure cookiestyle cookietracking
    """,
    "util_ldap": """
        ldapcacheentries ldapcachettl ldapconnectionpoolttl ldapconnectiontimeout ldaplibrarydebug ldapopcacheentries
        ldapopcachettl ldapreferralhoplimit ldapreferrals ldapretries ldapretrydelay ldapsharedcachefile ldapsharedcachesize
        ldaptimeout ldaptrustedclientcert ldaptrustedglobalcert ldaptrustedmode ldapverifyservercert
    """,
    "vhost_alias": """
        virtualdocumentroot virtualdocumentrootip virtualscriptalias virtualscriptaliasip
    """,
    "xml2enc": """
        xml2encalias xml2encdefault xml2startparse
    """,
}
_WITHOUT = """
    asis authz_host authz_owner authz_user bucketeer data http http_core lbmethod_bybusyness lbmethod_byrequests
    lbmethod_bytraffic ldap log_config logio mpm_event mpm_prefork mpm_worker proxy_ajp proxy_balancer proxy_fdpass
    proxy_http proxy_http2 proxy_uwsgi ratelimit slotmem_plain slotmem_shm so socache_dbm socache_shmcb status unique_id
    unixd version watchdog
"""
MODULES = frozenset(_NAMES) | frozenset(_WITHOUT.split())
"""The modules of the distribution; a directive that none of them knows may come from another one."""
_OF = {name: module for module, text in _NAMES.items() for name in text.split()}


def module_of(directive: str) -> str | None:
    """The module of the distribution that a directive (lower case) belongs to; ``None`` where none knows it."""
    return _OF.get(directive)
