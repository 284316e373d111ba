var e=()=>document.querySelector("meta[name='csrf-token']")?.getAttribute("content")??"",t=()=>({"X-CSRFToken":e()});export{e as a,t as b};
